import type { Command } from 'commander'
import { operations, type Run } from '#contract'
import { baseCommand, type BaseOptions } from '../base-command.ts'
import { withCaller } from '../connect.ts'
import { shortNumber, show, textTable, when } from '../output.ts'
import { treeLines } from './tree-lines.ts'

export interface WhichRuns {
  readonly experiment?: string
  readonly folder?: string
  readonly filter?: string
  readonly order?: string
  readonly removed?: boolean
}

interface ListOptions extends BaseOptions, WhichRuns {
  readonly limit: number
  readonly tree?: boolean
  readonly count?: boolean
  readonly info?: boolean
}

/** The options that say which runs are meant. */
export function withWhichRuns(command: Command): Command {
  return command
    .option('-e, --experiment <name>', 'only of this experiment')
    .option('--folder <path>', 'only of experiments in this folder and below')
    .option('-f, --filter <text>', 'for example: metrics.f1 > 0.6 and params.k = "5"')
    .option('--removed', 'those that are hidden instead')
}

/** What they ask of a search. */
export function whichRuns({ experiment, folder, filter, removed }: WhichRuns): {
  readonly experiment?: string
  readonly folder?: string
  readonly filter?: string
  readonly removed?: 'only'
} {
  return {
    ...(experiment === undefined ? {} : { experiment }),
    ...(folder === undefined ? {} : { folder: folder.replace(/\/$/, '') }),
    ...(filter === undefined ? {} : { filter }),
    ...(removed ? { removed: 'only' } : {}),
  }
}

/** `runs ls`. */
export function listCommand(): Command {
  return withWhichRuns(baseCommand('ls', 'runs, newest first; with --tree, experiments by folder'))
    .option('-o, --order <text>', 'for example: metrics.f1 desc')
    .option('-n, --limit <n>', 'how many', Number, 50)
    .option('--tree', 'experiments as a tree of folders')
    .option('--count', 'only how many there are')
    .option('--info', 'without params, metrics and tags: faster for long lists')
    .action(async (options: ListOptions) => {
      await withCaller(options, async (caller) => {
        if (options.tree) {
          const tree = await caller.call(operations.runs.tree, {})
          return show(tree, options.json, treeLines)
        }
        const which = whichRuns(options)
        if (options.count) {
          const counted = await caller.call(operations.runs.count, which)
          return show(counted, options.json, ({ count }) => String(count))
        }
        const found = await caller.call(operations.runs.search, {
          ...which,
          limit: options.limit,
          ...(options.order === undefined ? {} : { order: options.order }),
          ...(options.info ? { fields: 'info' as const } : {}),
        })
        return show(found, options.json, ({ runs }) => runTable(runs))
      })
    })
}

function runTable(runs: readonly Run[]): string {
  if (runs.length === 0) return 'No runs.'
  const params = [...new Set(runs.flatMap((run) => Object.keys(run.params)))]
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))]
  return textTable(
    ['run', 'name', 'status', 'started', ...params, ...metrics],
    runs.map((run) => [
      run.id,
      run.name,
      run.status,
      when(run.startedAt),
      ...params.map((key) => run.params[key] ?? ''),
      ...metrics.map((key) => shortNumber(run.metrics[key])),
    ]),
  )
}
