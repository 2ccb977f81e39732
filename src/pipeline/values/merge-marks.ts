import { invalid } from './invalid.ts'

/** Throws where a merge of Git left its marks in a text that cannot be read. Errors: `pipeline_invalid` with the place. */
export function refuseMergeMarks(text: string, file: string): void {
  const mark = /^(?:<{7}|>{7}) /m.exec(text)
  if (!mark) return
  const line = text.slice(0, mark.index).split('\n').length
  const next = file.endsWith('dvc.lock')
    ? 'leave out both sides’ entries of the stage, and tidemill repro makes it anew (tidemill install has Git do so itself)'
    : 'decide what stays, and take out the lines with <<<<<<<, ======= and >>>>>>>'
  throw invalid(file, { line, column: 1 }, `a merge in Git left a conflict here: ${next}`)
}
