import { invalid } from './invalid.ts'

/** Throws where a merge of Git left its marks in a text that cannot be read. Errors: `pipeline_invalid` with the place. */
export function refuseMergeMarks(text: string, file: string): void {
  const mark = /^(?:<{7}|>{7}) /m.exec(text)
  if (!mark) return
  const line = text.slice(0, mark.index).split('\n').length
  const next = file.endsWith('dvc.lock')
    ? 'take one side whole, by git checkout --ours -- dvc.lock, and tidemill repro makes anew what that does not fit (tidemill install has Git merge it stage by stage)'
    : 'decide what stays, and take out the lines with <<<<<<<, ======= and >>>>>>>'
  throw invalid(file, { line, column: 1 }, `a merge in Git left a conflict here: ${next}`)
}
