import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import {
  diffTable,
  diffTree,
  markdownTable,
  pythonJson,
  type RevisionsOptions,
  type TextTable,
  type ValueChangeRow,
} from '#pipeline'
import { textTable } from './output.ts'
import { asHere, pipelineCommand, rootHere, type PipelineOptions } from './pipeline-command.ts'

interface DiffFlags extends PipelineOptions {
  readonly all?: boolean
  readonly md?: boolean
  readonly path: boolean
  readonly precision: number
  readonly targets?: readonly string[]
  readonly deps?: boolean
}

interface Compared {
  readonly what: 'Metric' | 'Param'
  readonly change: boolean
  readonly changes: (folder: string, options: RevisionsOptions) => readonly ValueChangeRow[]
}

/** `params diff` and `metrics diff`: two revisions, or one and the work tree. */
export function diffCommand({ what, change, changes }: Compared): Command {
  const name = what === 'Param' ? 'parameters' : 'metrics'
  const command = pipelineCommand('diff', `compare ${name} of two revisions`)
    .argument('[from]', 'a commit, branch or tag; HEAD unless said')
    .argument('[to]', 'another; the work tree unless said')
    .option('--targets <paths...>', 'these files alone')
    .option('--all', 'what did not change, too')
    .option('--md', 'as a table in Markdown')
    .option('--no-path', 'without the column of files')
    .option('--precision <n>', 'significant digits', Number, 5)
  if (what === 'Param') command.option('--deps', 'those that stages depend on, alone')
  else
    command.addOption(
      new Option(
        '-R, --recursive',
        'taken for DVC’s sake: a folder always means all below',
      ).hideHelp(),
    )
  return command.action((from: string | undefined, to: string | undefined, options: DiffFlags) => {
    const root = rootHere()
    const changed = changes(cwd(), {
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      ...(options.targets === undefined ? {} : { targets: options.targets }),
      all: options.all ?? false,
      deps: options.deps ?? false,
    })
    const rows = changed.map((row) => ({ ...row, file: asHere(root, row.file) }))
    if (options.json) {
      printLine(pythonJson(diffTree(rows)))
      return
    }
    const table = diffTable(rows, {
      what,
      from: from ?? 'HEAD',
      to: to ?? 'workspace',
      change: change || !options.md,
      noPath: !options.path,
      precision: options.precision,
    })
    printTable(table, options, `No ${name} differ.`)
  })
}

/** A table in Markdown, or for the eye; or the sentence when it has no rows. */
export function printTable(
  table: TextTable,
  options: PipelineOptions & { readonly md?: boolean },
  nothing: string,
): void {
  if (options.quiet) return
  if (options.md) printLine(markdownTable(table))
  else printLine(table.rows.length === 0 ? nothing : textTable(table.headers, table.rows))
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`)
}
