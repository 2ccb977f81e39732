import type { Insertable } from 'kysely'
import { TidemillError } from '#contract'
import type { BatchStep, Clock, Metadata, SqlValue } from '#store'
import { groupCommit } from './group-commit.ts'
import { packBlock } from './metric-block.ts'
import {
  blockRange,
  columnsOf,
  groupsOf,
  isNewer,
  type Group,
  type LoggedPoint,
  type Point,
} from './metric-groups.ts'
import type { MetricNames } from './metric-names.ts'
import { checkFirstTag, checkKey, nameTag } from './names.ts'
import type { RerunTrust } from './rerun-trust.ts'
import type { TrackingTables } from './tables.ts'

export type ParamValue = string | number | boolean

export interface MetricEntry extends LoggedPoint {
  /** The logged model it was measured on, and with which data. */
  readonly model?: string
  readonly datasetName?: string
  readonly datasetDigest?: string
}

export interface LogEntries {
  readonly metrics?: readonly MetricEntry[]
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
  /** What whoever writes params here is trusted with, when the run is made again; everything unless said. */
  readonly trust?: RerunTrust
}

/** A run as rows name it. */
export interface RunKey {
  readonly id: string
  readonly number: number
}

/** What is changed of a run's own row; what is not given stays. */
interface RowChange {
  readonly name?: string
  readonly status?: string
  readonly endedAt?: number
}

/** A run that is made with its first entries. */
export type MadeRun = Omit<Insertable<TrackingTables['runs']>, 'number'>

interface Entries {
  readonly run: Pick<RunKey, 'id'>
  readonly made?: MadeRun
  readonly change?: RowChange
  readonly params: readonly (readonly [string, string])[]
  readonly tags: readonly (readonly [string, string])[]
  readonly groups: readonly (Group & { readonly run: number })[]
  readonly ofModels: readonly (MetricEntry & Point)[]
}

const insertRun = `insert into runs
  (id, experiment, name, status, started_at, ended_at, user_name, source, removed_at)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertParam = `insert into run_params (run, key, value) values (?, ?, ?)
  on conflict (run, key) do update set value = excluded.value where run_params.value = excluded.value`
const upsertTag = `insert into run_tags (run, key, value) values (?, ?, ?)
  on conflict (run, key) do update set value = excluded.value`
const changeRun = `update runs set name = coalesce(?, name), status = coalesce(?, status),
  ended_at = coalesce(?, ended_at) where id = ?`
const insertPoint = `insert into metric_points (run, key, step, at, value, special)
  values (?, ?, ?, ?, ?, ?) on conflict do nothing`
const insertBlock = `insert into metric_blocks (run, key, first_step, last_step, count, points)
  values (?, ?, ?, ?, ?, ?)`
const upsertLatest = `insert into metric_latest (run, key, step, at, value, special)
  values (?, ?, ?, ?, ?, ?)
  on conflict (run, key) do update
  set step = excluded.step, at = excluded.at, value = excluded.value, special = excluded.special
  where (excluded.step, excluded.at, excluded.value) >= (metric_latest.step, metric_latest.at, metric_latest.value)`
const upsertModelMetric = `insert into logged_model_metrics
  (model, key, run, step, at, value, special, dataset_name, dataset_digest)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`

export interface EntriesWriter {
  /** Writes entries, and with them, all or nothing, what else is changed of the run. */
  log(run: RunKey, entries: LogEntries, change?: Omit<RowChange, 'name'>): Promise<void>
  /** Makes a run with its first params and tags. */
  make(run: MadeRun, entries: Omit<LogEntries, 'metrics'>): Promise<void>
}

/** Writes params, tags and metrics of runs: many callers' entries in one transaction, each caller's all or not at all. */
export function openEntries(metadata: Metadata, clock: Clock, names: MetricNames): EntriesWriter {
  const database = metadata.tables<TrackingTables>()
  function steps(items: readonly Entries[]): readonly BatchStep[] | undefined {
    const params = new Map<string, readonly [string, string, string]>()
    const tags = new Map<string, readonly [string, string, string]>()
    const latest = new Map<string, readonly [number, number, Point]>()
    const changed = new Map<string, RowChange>()
    const runs: SqlValue[][] = []
    const rows: SqlValue[][] = []
    const blocks: SqlValue[][] = []
    const ofModels: SqlValue[][] = []
    for (const { run, made, change, ...entries } of items) {
      if (made) runs.push(rowOf(made))
      for (const [key, value] of entries.params) {
        const name = `${run.id} ${key}`
        if ((params.get(name)?.[2] ?? value) !== value) return undefined
        params.set(name, [run.id, key, value])
      }
      for (const [key, value] of entries.tags) {
        tags.set(`${run.id} ${key}`, [run.id, key, value])
        if (key === nameTag && !made) changed.set(run.id, { ...changed.get(run.id), name: value })
      }
      if (change) changed.set(run.id, { ...changed.get(run.id), ...change })
      for (const { run: number, id, points, newest } of entries.groups) {
        const range = blockRange(points)
        if (range) blocks.push([number, id, ...range, points.length, packBlock(points)])
        else for (const point of points) rows.push([number, id, ...columnsOf(point)])
        const name = `${number} ${id}`
        const before = latest.get(name)?.[2]
        if (!before || isNewer(newest, before)) latest.set(name, [number, id, newest])
      }
      for (const entry of entries.ofModels) {
        const { model = '', key, datasetName = '', datasetDigest = '' } = entry
        ofModels.push([model, key, run.id, ...columnsOf(entry), datasetName, datasetDigest])
      }
    }
    const newest = byName(latest).map(([run, id, point]) => [run, id, ...columnsOf(point)])
    return [
      { sql: insertRun, rows: runs },
      { sql: insertParam, rows: byName(params), distinct: true, everyRow: true },
      { sql: upsertTag, rows: byName(tags), distinct: true },
      { sql: changeRun, rows: changesOf(changed) },
      { sql: insertPoint, rows },
      { sql: insertBlock, rows: blocks },
      { sql: upsertLatest, rows: newest, distinct: true },
      { sql: upsertModelMetric, rows: ofModels },
    ].filter((step) => step.rows.length > 0)
  }

  const write = groupCommit<Entries>(
    async (items) => {
      const all = steps(items)
      return all !== undefined && (await metadata.batch(all))
    },
    async ({ run, params }) => conflictOf(run.id, params, await paramsOf(run.id)),
  )

  async function paramsOf(run: string): Promise<ReadonlyMap<string, string>> {
    const rows = await database
      .selectFrom('run_params')
      .select(['key', 'value'])
      .where('run', '=', run)
      .execute()
    return new Map(rows.map(({ key, value }) => [key, value]))
  }

  async function log(
    run: RunKey,
    { metrics = [], params = {}, tags = {} }: LogEntries,
    change: Omit<RowChange, 'name'> = {},
  ): Promise<void> {
    const now = clock.now()
    const groups = groupsOf(metrics, now)
    const numbers = groups.size > 0 ? await names.numbersOf([...groups.keys()]) : undefined
    const isChanged = Object.keys(change).length > 0
    const entries: Entries = {
      run,
      ...(isChanged ? { change } : {}),
      ...textsOf(params, tags),
      groups: [...groups].map(([key, group]) => ({
        ...group,
        run: run.number,
        id: numbers?.get(key) ?? -1,
      })),
      ofModels: metrics.flatMap((entry) =>
        entry.model === undefined
          ? []
          : [{ ...entry, step: entry.step ?? 0, time: entry.time ?? now }],
      ),
    }
    const count = entries.params.length + entries.tags.length + groups.size
    if (isChanged || count > 0) await write(entries)
  }

  return {
    log,
    make: (made, { params = {}, tags = {} }) =>
      write({ run: made, made, ...textsOf(params, tags, checkFirstTag), groups: [], ofModels: [] }),
  }
}

function textsOf(
  params: NonNullable<LogEntries['params']>,
  tags: NonNullable<LogEntries['tags']>,
  tagKey = (key: string): string => checkKey('tag', key),
): Pick<Entries, 'params' | 'tags'> {
  return {
    params: Object.entries(params).map(([key, value]) => [checkKey('param', key), String(value)]),
    tags: Object.entries(tags).map(([key, value]) => [tagKey(key), value]),
  }
}

function rowOf(run: MadeRun): SqlValue[] {
  const { id, experiment, name, status, user_name: user, source } = run
  const [ended, removed] = [run.ended_at ?? null, run.removed_at ?? null]
  return [id, experiment, name, status, run.started_at, ended, user, source, removed]
}

function changesOf(changed: ReadonlyMap<string, RowChange>): readonly (readonly SqlValue[])[] {
  const rows = new Map(
    [...changed].map(([id, { name = null, status = null, endedAt = null }]) => [
      id,
      [name, status, endedAt, id],
    ]),
  )
  return byName(rows)
}

/** In one order whoever writes: two servers that lock the same rows in another order would wait for each other. */
function byName<T>(rows: ReadonlyMap<string, T>): readonly T[] {
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}

function conflictOf(
  run: string,
  params: Entries['params'],
  kept: ReadonlyMap<string, string>,
): TidemillError {
  const [key, after] = params.find(([name, value]) => (kept.get(name) ?? value) !== value) ?? []
  const before = key === undefined ? undefined : kept.get(key)
  return new TidemillError('conflict', {
    problem: `The param ${key ?? ''} of run ${run} is "${before ?? ''}" already and cannot become "${after ?? ''}".`,
    ...(key === undefined ? {} : { key, before, after }),
  })
}
