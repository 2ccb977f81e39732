import type { Command } from 'commander'
import { dataDiff, markdownTable, type DataChange, type DataDiff } from '#pipeline'
import { printLine } from '../diff-command.ts'
import { textTable } from '../output.ts'
import { pipelineCommand, pipelineHere, tell, type PipelineOptions } from '../pipeline-command.ts'

interface DiffFlags extends PipelineOptions {
  readonly targets?: readonly string[]
  readonly showHash?: boolean
  readonly md?: boolean
  readonly hideMissing?: boolean
}

const words = ['added', 'deleted', 'renamed', 'modified'] as const

export function command(): Command {
  return pipelineCommand('diff')
    .argument('[from]', 'a commit, branch or tag; HEAD unless said')
    .argument('[to]', 'another; the work tree unless said')
    .option('--targets <paths...>', 'these files and folders alone')
    .option('--show-hash', 'with the digests')
    .option('--md', 'as a table in Markdown')
    .option('--hide-missing', 'without what is not in the cache')
    .action(async (from: string | undefined, to: string | undefined, options: DiffFlags) => {
      const found = await dataDiff(pipelineHere(), {
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(options.targets === undefined ? {} : { targets: options.targets }),
      })
      if (options.json) {
        printLine(JSON.stringify(found ? dvcShape(found, options) : {}))
        return
      }
      const rows = found ? rowsOf(found, options) : []
      const headers = ['Status', ...(options.showHash ? ['Hash'] : []), 'Path']
      tell(rows, options, () => {
        if (options.md) return markdownTable({ headers, rows })
        return rows.length === 0 ? 'No data differs.' : textTable(headers, rows)
      })
    })
}

/** The shape that DVC prints. */
function dvcShape(found: DataDiff, { showHash, hideMissing }: DiffFlags): object {
  const entry = ({ path, from, old, new: now }: DataChange) => ({
    path: from === undefined ? path : { old: from, new: path },
    ...(showHash
      ? {
          hash:
            old !== undefined && now !== undefined && from === undefined
              ? { old, new: now }
              : (now ?? old),
        }
      : {}),
  })
  return {
    added: found.added.map(entry),
    deleted: found.deleted.map(entry),
    modified: found.modified.map(entry),
    renamed: found.renamed.map(entry),
    ...(found.notInCache === undefined || hideMissing
      ? {}
      : { 'not in cache': found.notInCache.map((path) => ({ path })) }),
  }
}

function rowsOf(found: DataDiff, { showHash, hideMissing }: DiffFlags): string[][] {
  const row = (word: string, { path, from, old, new: now }: DataChange): string[] => {
    const digests = [old, now].flatMap((each) => (each === undefined ? [] : [each.slice(0, 8)]))
    const shown = from === undefined ? digests.join('..') : (digests[0] ?? '')
    return [word, ...(showHash ? [shown] : []), from === undefined ? path : `${from} -> ${path}`]
  }
  return [
    ...words.flatMap((word) => found[word].map((change) => row(word, change))),
    ...(hideMissing ? [] : (found.notInCache ?? [])).map((path) => row('not in cache', { path })),
  ]
}
