import { join } from 'node:path/posix'
import { git } from '../git.ts'
import { isStage } from '../graph.ts'
import { stateOfMetrics } from '../report/metrics.ts'
import { paramsOf } from '../report/params.ts'
import { snapshot, type Snapshot } from '../report/revision.ts'
import { findRoot } from '../repository.ts'
import type { Entry } from '../model.ts'
import { isMap, type Value, type ValueMap } from '../values/value.ts'
import { readAssignment } from './assignment.ts'
import { experiments, headOf } from './experiment-refs.ts'
import { valueWith, valueWithout } from './override-json.ts'
import { readGiven } from './override-params.ts'
import { openQueue, type QueuedExperiment, type QueueState } from './queue/queue-store.ts'

/** The work tree, a commit, or an experiment, with what was set and what came out. */
export interface ExperimentRow {
  /** A commit, or `workspace`. */
  readonly rev: string
  /** Of the experiment or the branch. */
  readonly name?: string
  readonly baseline?: string
  /** Of an experiment that is kept. */
  readonly ref?: string
  /** Of one in the queue that is not done: what it waits for, or how it ended. */
  readonly state?: QueueState
  /** What the queue knows of it, of one that it ran to a good end too. */
  readonly queued?: QueuedExperiment
  /** Of the commit, in local time. */
  readonly timestamp?: string
  readonly params: ValueMap
  readonly metrics: ValueMap
  readonly deps: ValueMap
  readonly outs: ValueMap
  /** Whether a metric of it was recorded that is in no cache here, and may come. */
  readonly awaitsData?: boolean
  /** Why it could not be read. */
  readonly error?: string
}

/** The work tree, the baselines (HEAD unless given), and behind each its experiments, or `only` some of them by their commits. */
export function experimentTable(
  folder: string,
  baselines?: readonly string[],
  options: { readonly paramDeps?: boolean; readonly only?: readonly string[] } = {},
): readonly ExperimentRow[] {
  const deps = options.paramDeps === true
  const only = options.only && new Set(options.only)
  const root = findRoot(folder)
  const head = headOf(root)
  const queue = openQueue(root).list()
  const byRev = new Map(queue.flatMap((each) => (each.rev === undefined ? [] : [[each.rev, each]])))
  const wanted = baselines ?? (head === undefined ? [] : [head])
  return [
    readRow(folder, root, undefined, deps),
    ...wanted.flatMap((baseline) => {
      const branch = git(root, [
        'name-rev',
        '--name-only',
        '--refs=refs/heads/*',
        '--refs=refs/tags/*',
        baseline,
      ])?.trim()
      const name =
        branch === undefined || branch === 'undefined' || /[~^]/.test(branch) ? undefined : branch
      return [
        { ...readRow(folder, root, baseline, deps), ...(name === undefined ? {} : { name }) },
        ...experiments(root, baseline).flatMap((each) => {
          if (only?.has(each.rev) === false) return []
          const queued = byRev.get(each.rev)
          const row = readRow(folder, root, each.rev, deps)
          const { name: own, ref } = each
          return { ...row, name: own, baseline, ref, ...(queued ? { queued } : {}) }
        }),
        ...queue
          .filter((each) => each.baseline === baseline && each.state !== 'done')
          .map((each) => queuedRow(folder, root, each, deps)),
      ]
    }),
  ]
}

/** One that came to nothing yet: its parameters as they are to be, and no metrics. */
function queuedRow(
  folder: string,
  root: string,
  queued: QueuedExperiment,
  deps: boolean,
): ExperimentRow {
  const { files, name, baseline, state, set, folder: from = '.' } = queued
  const kept = git(root, ['cat-file', '-e', files]) !== undefined
  const row = readRow(folder, root, kept ? files : baseline, deps)
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

/** Rows of commits, which stay as they are: to read one asks Git a dozen times. */
const known = new Map<string, ExperimentRow>()
const mostKnown = 2000

function readRow(
  folder: string,
  root: string,
  rev: string | undefined,
  deps: boolean,
): ExperimentRow {
  const key = JSON.stringify([folder, rev, deps])
  const before = known.get(key)
  if (before) return before
  const { row, isWhole } = readAnew(folder, root, rev, deps)
  if (isWhole && /^[0-9a-f]{40,64}$/.test(rev ?? '')) {
    const [oldest] = known.keys()
    if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
    known.set(key, row)
  }
  return row
}

/** A row is whole when each metric is there that there can be: one that is in no cache yet may come later. */
function readAnew(
  folder: string,
  root: string,
  rev: string | undefined,
  deps: boolean,
): { readonly row: ExperimentRow; readonly isWhole: boolean } {
  const empty: ValueMap = new Map()
  const when =
    rev === undefined
      ? undefined
      : git(root, [
          'show',
          '-s',
          '--format=%cd',
          '--date=format-local:%Y-%m-%dT%H:%M:%S',
          rev,
        ])?.trim()
  const base = { rev: rev ?? 'workspace', ...(when === undefined ? {} : { timestamp: when }) }
  try {
    const from = snapshot(folder, rev)
    const { values: metrics, missing } = stateOfMetrics(from)
    const awaitsData = missing.some((path) => from.awaited(path))
    const values = { params: paramsOf(from, { deps }), metrics, ...recorded(from) }
    return {
      row: { ...base, ...values, ...(awaitsData ? { awaitsData } : {}) },
      isWhole: !awaitsData,
    }
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    const none = { params: empty, metrics: empty, deps: empty, outs: empty }
    return { row: { ...base, ...none, error: problem }, isWhole: false }
  }
}

function recorded({ pipeline, locked: lockedOf }: Snapshot): { deps: ValueMap; outs: ValueMap } {
  const deps = new Map<string, Value>()
  const outs = new Map<string, Value>()
  for (const node of [...pipeline.stages, ...pipeline.data]) {
    const locked = isStage(node) ? lockedOf(node) : undefined
    const entries = isStage(node) ? (locked?.outs ?? []) : node.entries
    for (const dep of node.deps) {
      const entry = locked?.deps.find((each) => each.path === dep.path)
      deps.set(dep.target, new Map(facts(entry)))
    }
    for (const out of node.outs) {
      if (out.kind !== 'out') continue
      const entry = entries.find((each) => each.path === out.path)
      outs.set(
        out.target,
        new Map([...facts(entry), ['use_cache', out.cache], ['is_data_source', !isStage(node)]]),
      )
    }
  }
  return { deps, outs }
}

function facts(entry: Entry | undefined): [string, Value][] {
  const count = (value: number | undefined): Value => (value === undefined ? null : BigInt(value))
  return [
    ['hash', entry?.md5 ?? null],
    ['size', count(entry?.size)],
    ['nfiles', count(entry?.nfiles)],
  ]
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
