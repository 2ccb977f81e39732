import { join } from 'node:path/posix'
import { git } from '../git.ts'
import { findRoot } from '../repository.ts'
import { isMap, type Value, type ValueMap } from '../values/value.ts'
import { readAssignment } from './assignment.ts'
import { commitRows, workTreeRow, type CommitRow } from './commit-rows.ts'
import { experiments, headOf } from './experiment-refs.ts'
import { valueWith, valueWithout } from './override-json.ts'
import { readGiven } from './override-params.ts'
import { openQueue, type QueuedExperiment, type QueueState } from './queue/queue-store.ts'

/** The work tree, a commit, or an experiment, with what was set and what came out. */
export interface ExperimentRow extends CommitRow {
  /** Of the experiment or the branch. */
  readonly name?: string
  readonly baseline?: string
  /** Of an experiment that is kept. */
  readonly ref?: string
  /** Of one in the queue that is not done: what it waits for, or how it ended. */
  readonly state?: QueueState
  /** What the queue knows of it, of one that it ran to a good end too. */
  readonly queued?: QueuedExperiment
}

/** The work tree, the baselines (HEAD unless given), and behind each its experiments, or `only` some of them by their commits. */
export function experimentTable(
  folder: string,
  baselines?: readonly string[],
  options: { readonly paramDeps?: boolean; readonly only?: readonly string[] } = {},
): readonly ExperimentRow[] {
  const root = findRoot(folder)
  const head = headOf(root)
  const wanted = baselines ?? (head === undefined ? [] : [head])
  const only = options.only && new Set(options.only)
  const kept = experiments(root).filter(({ rev }) => only?.has(rev) !== false)
  const queue = openQueue(root).list()
  const byRev = new Map(queue.flatMap((each) => (each.rev === undefined ? [] : [[each.rev, each]])))
  const waiting = queue.filter(({ state }) => state !== 'done')
  const isWanted = ({ baseline }: { readonly baseline: string }) => wanted.includes(baseline)
  const names = namesOf(root, wanted)
  const rowOf = commitRows(folder, options.paramDeps === true, [
    ...wanted.map((rev) => ({ rev, like: rev })),
    ...kept.filter(isWanted).map(({ rev, baseline }) => ({ rev, like: baseline })),
    ...waiting.filter(isWanted).map(({ files, baseline }) => ({ rev: files, like: baseline })),
  ])
  return [
    workTreeRow(folder, options.paramDeps === true),
    ...wanted.flatMap((baseline) => {
      const name = names.get(baseline)
      return [
        { ...rowOf(baseline), ...(name === undefined ? {} : { name }) },
        ...kept.flatMap((each) => {
          if (each.baseline !== baseline) return []
          const queued = byRev.get(each.rev)
          const { name: own, ref } = each
          return { ...rowOf(each.rev), name: own, baseline, ref, ...(queued ? { queued } : {}) }
        }),
        ...waiting
          .filter((each) => each.baseline === baseline)
          .map((each) => queuedRow(each, rowOf)),
      ]
    }),
  ]
}

/** The branches and tags that are at commits. */
function namesOf(root: string, commits: readonly string[]): ReadonlyMap<string, string> {
  if (commits.length === 0) return new Map()
  const asked = ['name-rev', '--refs=refs/heads/*', '--refs=refs/tags/*', ...commits]
  return new Map(
    (git(root, asked) ?? '').split('\n').flatMap((line) => {
      const [rev = '', name = ''] = line.split(' ')
      return name === '' || name === 'undefined' || /[~^]/.test(name) ? [] : [[rev, name] as const]
    }),
  )
}

/** One that came to nothing yet: its parameters as they are to be, and no metrics. */
function queuedRow(queued: QueuedExperiment, rowOf: (rev: string) => CommitRow): ExperimentRow {
  const { files, name, baseline, state, set, folder: from = '.' } = queued
  const own = rowOf(files)
  const row = own.timestamp === undefined ? rowOf(baseline) : own
  const params = set.reduce((tree, assignment) => withOverride(tree, from, assignment), row.params)
  return { ...row, params, metrics: new Map(), outs: new Map(), name, baseline, state, queued }
}

function withOverride(params: ValueMap, folder: string, assignment: string): ValueMap {
  const { file, how, key, value = '' } = readAssignment(assignment)
  const path = [join(folder, file), ...key.split('.')]
  const changed =
    how === '~' ? valueWithout(params, path) : valueWith(params, file, path, readGiven(value, key))
  return isMap(changed) ? changed : params
}

/** DVC's words for the states of its queue. */
const dvcState: Readonly<Record<QueueState, string>> = {
  queued: 'queued',
  running: 'running',
  done: 'success',
  failed: 'failed',
  killed: 'failed',
}

/** The rows in the shape that `dvc exp show --json` prints. */
export function experimentTree(rows: readonly ExperimentRow[]): Value {
  return rows.flatMap((row): Value[] => {
    if (row.baseline !== undefined) return []
    const below = rows.filter((each) => each.baseline === row.rev && row.rev !== 'workspace')
    const inner: Value[] = below.map(
      (each) =>
        new Map<string, Value>([
          ['revs', [rowValue(each, null)]],
          [
            'executor',
            each.state === undefined ? null : new Map([['state', dvcState[each.state]]]),
          ],
          ['name', each.name ?? null],
        ]),
    )
    return [rowValue(row, inner.length === 0 ? null : inner)]
  })
}

function rowValue(row: ExperimentRow, inner: Value): Value {
  const wrapped = (files: ValueMap): Value =>
    new Map([...files].map(([file, value]) => [file, new Map([['data', value]])]))
  const data: Value = new Map<string, Value>([
    ['rev', row.rev],
    ['timestamp', row.timestamp ?? null],
    ['params', wrapped(row.params)],
    ['metrics', wrapped(row.metrics)],
    ['deps', row.deps],
    ['outs', row.outs],
    ['meta', new Map()],
  ])
  return new Map<string, Value>([
    ['rev', row.rev],
    ['name', row.name ?? null],
    ['data', row.error === undefined ? data : null],
    [
      'error',
      row.error === undefined
        ? null
        : new Map([
            ['msg', row.error],
            ['type', 'Error'],
          ]),
    ],
    ['experiments', inner],
  ])
}
