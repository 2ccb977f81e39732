import { TidemillError } from '#contract'
import type { BatchStep, Clock, Metadata, SqlValue } from '#store'
import { groupCommit } from './group-commit.ts'
import { storedValue } from './metric-value.ts'
import { checkKey } from './names.ts'
import type { TrackingTables } from './tables.ts'

export type ParamValue = string | number | boolean

export interface MetricEntry {
  readonly key: string
  readonly value: number
  readonly step?: number
  readonly time?: number
  /** The logged model it was measured on, and with which data. */
  readonly model?: string
  readonly datasetName?: string
  readonly datasetDigest?: string
}

export interface LogEntries {
  readonly metrics?: readonly MetricEntry[]
  readonly params?: Readonly<Record<string, ParamValue>>
  readonly tags?: Readonly<Record<string, string>>
}

/** A run as rows name it. */
export interface RunKey {
  readonly id: string
  readonly number: number
}

interface MetricRow {
  readonly key: string
  readonly step: number
  readonly at: number
  readonly value: number
  readonly special: number
  readonly entry: MetricEntry
}

interface Entries {
  readonly run: RunKey
  readonly params: readonly (readonly [string, string])[]
  readonly tags: readonly (readonly [string, string])[]
  readonly metrics: readonly MetricRow[]
}

const insertParam = `insert into run_params (run, key, value) values (?, ?, ?)
  on conflict (run, key) do update set value = excluded.value where run_params.value = excluded.value`
const upsertTag = `insert into run_tags (run, key, value) values (?, ?, ?)
  on conflict (run, key) do update set value = excluded.value`
const insertPoint = `insert into metric_points (run, key, step, at, value, special)
  values (?, ?, ?, ?, ?, ?) on conflict do nothing`
const upsertLatest = `insert into metric_latest (run, key, step, at, value, special)
  values (?, ?, ?, ?, ?, ?)
  on conflict (run, key) do update
  set step = excluded.step, at = excluded.at, value = excluded.value, special = excluded.special
  where (excluded.step, excluded.at, excluded.value) >= (metric_latest.step, metric_latest.at, metric_latest.value)`
const upsertModelMetric = `insert into logged_model_metrics
  (model, key, run, step, at, value, special, dataset_name, dataset_digest)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing`

/** Writes params, tags and metrics of runs: many callers' entries in one transaction, each caller's all or not at all. */
export function openEntries(
  metadata: Metadata,
  clock: Clock,
): (run: RunKey, entries: LogEntries) => Promise<void> {
  const database = metadata.tables<TrackingTables>()
  const keyIds = new Map<string, number>()

  /** The numbers of metric names, given to new ones. */
  async function ensureKeys(names: readonly string[]): Promise<void> {
    const missing = [...new Set(names)].filter((name) => !keyIds.has(name))
    const size = 500
    for (let start = 0; start < missing.length; start += size) {
      const part = missing.slice(start, start + size)
      await database
        .insertInto('metric_keys')
        .values(part.map((name) => ({ name })))
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute()
      const rows = await database
        .selectFrom('metric_keys')
        .selectAll()
        .where('name', 'in', part)
        .execute()
      for (const { id, name } of rows) keyIds.set(name, id)
    }
  }

  const idOf = (name: string): number => keyIds.get(name) ?? -1

  function steps(items: readonly Entries[]): readonly BatchStep[] | undefined {
    const params = new Map<string, readonly [string, string, string]>()
    const tags = new Map<string, readonly [string, string, string]>()
    const latest = new Map<string, readonly [number, MetricRow]>()
    const points: SqlValue[][] = []
    const ofModels: SqlValue[][] = []
    for (const { run, ...entries } of items) {
      for (const [key, value] of entries.params) {
        const name = `${run.number} ${key}`
        if ((params.get(name)?.[2] ?? value) !== value) return undefined
        params.set(name, [run.id, key, value])
      }
      for (const [key, value] of entries.tags) {
        tags.set(`${run.number} ${key}`, [run.id, key, value])
      }
      for (const row of entries.metrics) {
        const { step, at, value, special, entry } = row
        points.push([run.number, idOf(row.key), step, at, value, special])
        const name = `${run.number} ${row.key}`
        const before = latest.get(name)?.[1]
        if (!before || isNewer(row, before)) latest.set(name, [run.number, row])
        if (entry.model === undefined) continue
        const data = [entry.datasetName ?? '', entry.datasetDigest ?? '']
        ofModels.push([entry.model, row.key, run.id, step, at, value, special, ...data])
      }
    }
    const newest = [...latest.values()].map(([run, row]) => {
      const { key, step, at, value, special } = row
      return [run, idOf(key), step, at, value, special]
    })
    return [
      { sql: insertParam, rows: [...params.values()], distinct: true, everyRow: true },
      { sql: upsertTag, rows: [...tags.values()], distinct: true },
      { sql: insertPoint, rows: points },
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

  return async (run, { metrics = [], params = {}, tags = {} }) => {
    const now = clock.now()
    const entries: Entries = {
      run,
      params: Object.entries(params).map(([key, value]) => [checkKey('param', key), String(value)]),
      tags: Object.entries(tags).map(([key, value]) => [checkKey('tag', key), value]),
      metrics: metrics.map((entry) => ({
        key: checkKey('metric', entry.key),
        step: entry.step ?? 0,
        at: entry.time ?? now,
        ...storedValue(entry.value),
        entry,
      })),
    }
    if (metrics.length > 0) await ensureKeys(entries.metrics.map(({ key }) => key))
    if (entries.params.length + entries.tags.length + metrics.length > 0) await write(entries)
  }
}

/** The one value of a metric is the greatest by step, then time, then value. */
function isNewer(row: MetricRow, before: MetricRow): boolean {
  if (row.step !== before.step) return row.step > before.step
  if (row.at !== before.at) return row.at > before.at
  return row.value >= before.value
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
