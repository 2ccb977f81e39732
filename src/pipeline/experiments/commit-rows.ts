import { git, gitAnswer } from '../git.ts'
import type { LikeCommit } from '../git-trees.ts'
import { isStage } from '../graph.ts'
import type { Entry } from '../model.ts'
import { gitRevisions, type PipelineSource } from '../pipeline-source.ts'
import { metricPaths, stateOfMetrics } from '../report/metrics.ts'
import { paramFiles, paramsOf } from '../report/params.ts'
import { snapshot, type Snapshot } from '../report/revision.ts'
import { findRoot } from '../repository.ts'
import type { Value, ValueMap } from '../values/value.ts'

/** What was set in a commit or the work tree, and what came out. */
export interface CommitRow {
  /** A commit, or `workspace`. */
  readonly rev: string
  /** When the commit was made, in local time; of a commit that is not here nothing. */
  readonly timestamp?: string
  /** The same in milliseconds. */
  readonly time?: number
  readonly params: ValueMap
  readonly metrics: ValueMap
  readonly deps: ValueMap
  readonly outs: ValueMap
  /** Whether a metric of it was recorded that is in no cache here, and may come. */
  readonly awaitsData?: boolean
  /** Why it could not be read. */
  readonly error?: string
}

/** Rows of commits, which stay as they are. */
const known = new Map<string, CommitRow>()
const mostKnown = 2000
/** What so many commits hold is kept in memory together. */
const atOnce = 100

/** Reads commits, each nearly like its baseline: of each hundred of them Git is asked a few times. */
export function commitRows(
  folder: string,
  paramDeps: boolean,
  commits: readonly LikeCommit[],
): (rev: string) => CommitRow {
  const keyOf = (rev: string): string => JSON.stringify([folder, rev, paramDeps])
  const rows = new Map<string, CommitRow>()
  const fresh = new Map<string, LikeCommit>()
  for (const commit of commits) {
    const before = known.get(keyOf(commit.rev))
    if (before) rows.set(commit.rev, before)
    else fresh.set(commit.rev, commit)
  }
  const asked = [...fresh.values()]
  for (let at = 0; at < asked.length; at += atOnce) {
    for (const { row, isWhole } of readAnew(folder, paramDeps, asked.slice(at, at + atOnce))) {
      rows.set(row.rev, row)
      if (!isWhole) continue
      const [oldest] = known.keys()
      if (known.size >= mostKnown && oldest !== undefined) known.delete(oldest)
      known.set(keyOf(row.rev), row)
    }
  }
  return (rev) => rows.get(rev) ?? failed({ rev }, `${rev} was not read`)
}

export function workTreeRow(folder: string, paramDeps: boolean): CommitRow {
  const base = { rev: 'workspace' }
  return finish(base, begin(folder, undefined, undefined, paramDeps), paramDeps).row
}

/** A row is whole when each metric is there that there can be: one that is in no cache yet may come later. */
interface ReadRow {
  readonly row: CommitRow
  readonly isWhole: boolean
}

function readAnew(
  folder: string,
  paramDeps: boolean,
  commits: readonly LikeCommit[],
): readonly ReadRow[] {
  const root = findRoot(folder)
  const dates = datesOf(root, new Set(commits.flatMap(({ rev, like }) => [rev, like])))
  const here = commits.filter(({ rev }) => dates.has(rev))
  const sources = sourcesOf(
    root,
    here.map(({ rev, like }) => ({ rev, like: dates.has(like) ? like : rev })),
  )
  // all say what they will read before one does
  const begun = commits.map(({ rev }) => begin(folder, rev, sources.get(rev), paramDeps))
  return commits.map(({ rev }, at) =>
    finish({ rev, ...dates.get(rev) }, begun[at] ?? '', paramDeps),
  )
}

/** What each commit holds; nothing where one is damaged, so that each is read by itself and that one says so. */
function sourcesOf(
  root: string,
  commits: readonly LikeCommit[],
): ReadonlyMap<string, PipelineSource> {
  try {
    return gitRevisions(root, commits)
  } catch {
    return new Map()
  }
}

/** When commits were made, of those that are here. */
function datesOf(
  root: string,
  revs: ReadonlySet<string>,
): ReadonlyMap<string, Pick<CommitRow, 'timestamp' | 'time'>> {
  const names = [...revs].filter((rev) => /^[0-9a-f]{40,64}$/.test(rev))
  return new Map(
    datesSaid(root, names)
      .split('\n')
      .flatMap((line) => {
        const [rev = '', seconds, timestamp = ''] = line.split(' ')
        return rev === '' ? [] : [[rev, { timestamp, time: Number(seconds) * 1000 }] as const]
      }),
  )
}

function datesSaid(root: string, names: readonly string[]): string {
  const format = ['--format=%H %ct %cd', '--date=format-local:%Y-%m-%dT%H:%M:%S']
  const how = ['log', '--no-walk=unsorted', '--ignore-missing', ...format]
  try {
    return gitAnswer(root, [...how, '--stdin'], names).toString()
  } catch {
    // one is damaged: the others have theirs
    return names.map((name) => git(root, [...how, name, '--']) ?? '').join('\n')
  }
}

/** What is to be read of a commit, or why it cannot be. */
function begin(
  folder: string,
  rev: string | undefined,
  source: PipelineSource | undefined,
  deps: boolean,
): Snapshot | string {
  try {
    const from = snapshot(folder, rev, source)
    from.expect([...metricPaths(from), ...paramFiles(from.pipeline, { deps }).keys()])
    return from
  } catch (error) {
    return problemOf(error)
  }
}

function finish(
  base: Pick<CommitRow, 'rev' | 'timestamp' | 'time'>,
  from: Snapshot | string,
  deps: boolean,
): ReadRow {
  if (typeof from === 'string') return { row: failed(base, from), isWhole: false }
  try {
    const { values: metrics, missing } = stateOfMetrics(from)
    const awaitsData = missing.some((path) => from.awaited(path))
    const values = { params: paramsOf(from, { deps }), metrics, ...recorded(from) }
    return {
      row: { ...base, ...values, ...(awaitsData ? { awaitsData } : {}) },
      isWhole: !awaitsData,
    }
  } catch (error) {
    return { row: failed(base, problemOf(error)), isWhole: false }
  }
}

function failed(base: Pick<CommitRow, 'rev' | 'timestamp' | 'time'>, error: string): CommitRow {
  const empty: ValueMap = new Map()
  return { ...base, params: empty, metrics: empty, deps: empty, outs: empty, error }
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
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
