import { cwd } from 'node:process'
import { Option, type Command } from 'commander'
import { TidemillError } from '#contract/error'
import {
  commitsOf,
  experimentTable,
  experimentTree,
  experiments,
  flatValues,
  markdownTable,
  pythonJson,
  valueText,
  type ExperimentRow,
  type TextTable,
  type Value,
} from '#pipeline'
import { printLine } from './diff-command.ts'
import { textTable } from './output.ts'
import {
  gather,
  pipelineCommand,
  rootHere,
  tell,
  type PipelineOptions,
} from './pipeline-command.ts'

interface ShowFlags extends PipelineOptions {
  readonly allCommits?: boolean
  readonly allBranches?: boolean
  readonly allTags?: boolean
  readonly rev?: readonly string[]
  readonly num?: number
  readonly onlyChanged?: boolean
  readonly drop?: string
  readonly keep?: string
  readonly sortBy?: string
  readonly sortOrder: 'asc' | 'desc'
  readonly hideWorkspace?: boolean
  readonly hideQueued?: boolean
  readonly hideFailed?: boolean
  readonly paramDeps?: boolean
  readonly sha?: boolean
  readonly md?: boolean
  readonly csv?: boolean
  readonly precision: number
}

/** `exp show`: experiments under their baselines, with metrics and parameters. */
export function showExperiments(): Command {
  return pipelineCommand('show', 'experiments with their metrics and parameters')
    .option('-A, --all-commits', 'on every commit')
    .option('-a, --all-branches', 'on the tips of all branches')
    .option('-T, --all-tags', 'on all tags')
    .option('--rev <commit>', 'on a commit; HEAD unless said (may be repeated)', gather)
    .option('-n, --num <n>', 'on so many commits back from each', Number)
    .option('--only-changed', 'columns that differ between rows, alone')
    .option('--drop <pattern>', 'without columns that match')
    .option('--keep <pattern>', 'with columns that match, whatever --drop and --only-changed say')
    .option('--sort-by <[file:]column>', 'a metric or parameter')
    .addOption(
      new Option('--sort-order <order>', 'of --sort-by').choices(['asc', 'desc']).default('asc'),
    )
    .option('--param-deps', 'of the parameters those that stages depend on, alone')
    .option('--sha', 'commits in place of names')
    .option('--hide-workspace', 'without the work tree')
    .option('--hide-queued', 'without what waits')
    .option('--hide-failed', 'without what failed')
    .addOption(new Option('--no-pager', 'taken for DVC’s sake: there is none').hideHelp())
    .addOption(new Option('-f, --force', 'taken for DVC’s sake: it is looked at anew').hideHelp())
    .option('--md', 'as a table in Markdown')
    .option('--csv', 'as CSV')
    .option('--precision <n>', 'significant digits', Number, 5)
    .action((options: ShowFlags) => {
      const rows = experimentTable(cwd(), baselines(rootHere(), options), {
        paramDeps: options.paramDeps ?? false,
      })
      const hidden = ({ rev, state }: ExperimentRow): boolean =>
        (options.hideWorkspace === true && rev === 'workspace') ||
        (options.hideQueued === true && state === 'queued') ||
        (options.hideFailed === true && (state === 'failed' || state === 'killed'))
      const shown = rows.filter((row) => !hidden(row))
      if (options.json) {
        printLine(pythonJson(experimentTree(shown)))
        return
      }
      const table = tableOf(sorted(shown, options), options)
      tell(table, options, () => {
        if (options.md) return markdownTable(table)
        if (options.csv) return csv(table)
        return textTable(table.headers, table.rows)
      })
    })
}

function baselines(root: string, options: ShowFlags): readonly string[] {
  if (options.allCommits)
    return [
      ...new Set([
        ...commitsOf(root, { revisions: ['HEAD'] }),
        ...experiments(root).map((each) => each.baseline),
      ]),
    ]
  const broad = options.allBranches || options.allTags
  return commitsOf(root, {
    branches: options.allBranches ?? false,
    tags: options.allTags ?? false,
    ...(broad && options.rev === undefined ? {} : { revisions: options.rev ?? ['HEAD'] }),
    ...(options.num === undefined ? {} : { depth: options.num }),
  })
}

/** Names of metrics and parameters that more than one file has, in whichever rows. */
function sharedNames(rows: readonly ExperimentRow[]): ReadonlySet<string> {
  const files = new Map<string, Set<string>>()
  for (const row of rows) {
    for (const [file, values] of [...row.metrics, ...row.params])
      for (const key of flatValues(values).keys())
        files.set(key, (files.get(key) ?? new Set()).add(file))
  }
  return new Set([...files].flatMap(([key, { size }]) => (size > 1 ? [key] : [])))
}

/** A row's values by column: metrics, then parameters, each with the file where names clash. */
function columnsOf(row: ExperimentRow, shared: ReadonlySet<string>): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>()
  for (const [file, values] of [...row.metrics, ...row.params]) {
    for (const [key, value] of flatValues(values))
      found.set(shared.has(key) ? `${file}:${key}` : key, value)
  }
  return found
}

/** The same, and each with its file too. */
function sortableOf(row: ExperimentRow, shared: ReadonlySet<string>): ReadonlyMap<string, Value> {
  const found = new Map(columnsOf(row, shared))
  for (const [file, values] of [...row.metrics, ...row.params])
    for (const [key, value] of flatValues(values)) found.set(`${file}:${key}`, value)
  return found
}

function tableOf(rows: readonly ExperimentRow[], options: ShowFlags): TextTable {
  const { onlyChanged, drop, keep, precision } = options
  const shared = sharedNames(rows)
  const values = rows.map((row) => columnsOf(row, shared))
  const text = (row: ReadonlyMap<string, Value>, column: string) =>
    valueText(row.get(column), precision)
  const columns = [...new Set(values.flatMap((row) => [...row.keys()]))].filter((column) => {
    if (keep !== undefined && new RegExp(keep).test(column)) return true
    if (drop !== undefined && new RegExp(drop).test(column)) return false
    return !onlyChanged || new Set(values.map((row) => text(row, column))).size > 1
  })
  return {
    headers: ['Experiment', 'Created', ...columns],
    rows: rows.map((row, index) => [
      title(row, rows[index + 1]?.baseline === undefined, options.sha === true),
      row.timestamp?.replace('T', ' ').slice(0, 16) ?? '-',
      ...columns.map((column) =>
        row.error === undefined ? text(values[index] ?? new Map(), column) : '!',
      ),
    ]),
  }
}

function title(row: ExperimentRow, last: boolean, sha: boolean): string {
  if (row.baseline === undefined) {
    const name = sha ? undefined : row.name
    return name ?? (row.rev === 'workspace' ? row.rev : row.rev.slice(0, 7))
  }
  const what = row.state ?? row.rev.slice(0, 7)
  if (sha) return `${last ? '└──' : '├──'} ${what}`
  return `${last ? '└──' : '├──'} ${what} [${row.name}]`
}

/** Experiments in the order of a column, each under its own baseline. */
function sorted(rows: readonly ExperimentRow[], options: ShowFlags): readonly ExperimentRow[] {
  const { sortBy, sortOrder } = options
  if (sortBy === undefined) return rows
  const shared = sharedNames(rows)
  const values = new Map(rows.map((row) => [row, sortableOf(row, shared)]))
  if (![...values.values()].some((row) => row.has(sortBy))) {
    const columns = new Set(rows.flatMap((row) => [...columnsOf(row, shared).keys()]))
    const name = `${sortBy}; there are ${[...columns].join(', ')}`
    throw new TidemillError('not_found', { kind: 'column', name })
  }
  const valueOf = (row: ExperimentRow): Value => values.get(row)?.get(sortBy) ?? null
  const sign = sortOrder === 'asc' ? 1 : -1
  return rows.flatMap((row) => {
    if (row.baseline !== undefined) return []
    const below = rows.filter((each) => each.baseline === row.rev)
    return [row, ...below.toSorted((a, b) => sign * compare(valueOf(a), valueOf(b)))]
  })
}

function compare(a: Value, b: Value): number {
  const [x, y] = [Number(a), Number(b)]
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y
  return String(a) < String(b) ? -1 : 1
}

function csv({ headers, rows }: TextTable): string {
  const cell = (text: string) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  return [headers, ...rows].map((row) => row.map(cell).join(',')).join('\n')
}
