import { TidemillError } from '#contract'
import type { Metadata } from '#store'
import { keptPlaces } from './downsample.ts'
import { unpackBlock } from './metric-block.ts'
import type { MetricPoint } from './metric-point.ts'
import { readValue } from './metric-value.ts'
import {
  after,
  emptySeries,
  inOrder,
  type GrowingSeries,
  type Place,
  type Series,
} from './series.ts'

/** What metrics were over the steps of a run. */
export interface Histories {
  /** At most about `points` points of a metric, extremes kept; all steps, or those from `start` to `end`. */
  history(
    run: string,
    key: string,
    which?: { readonly points?: number; readonly start?: number; readonly end?: number },
  ): Promise<{ readonly points: readonly MetricPoint[]; readonly total: number }>
  /** All of a metric's points as they were logged. */
  series(run: string, key: string): Promise<Series>
  /** A metric's points as they were logged, by step, time and value: at most `limit` after a place. */
  historyPage(run: string, key: string, page: HistoryPage): Promise<Series>
}

export interface HistoryPage {
  readonly after?: Place
  readonly limit: number
}

interface Metric {
  readonly run: number
  readonly key: number
}

const greatestStep = Number.MAX_SAFE_INTEGER
const leastStep = -greatestStep
const ofRows = `select step, at, value, special from metric_points where run = ? and key = ?`
/** NaN, which is kept as 0, last of its step and time. */
const rowOrder = 'step, at, case when special = 1 then 1 else 0 end, value'
const ofBlocks = `select points from metric_blocks where run = ? and key = ?`

export function openHistories(metadata: Metadata): Histories {
  async function metricOf(run: string, name: string): Promise<Metric | undefined> {
    const [row] = await metadata.read(
      `select r.number, k.id from runs r left join metric_keys k on k.name = ? where r.id = ?`,
      [name, run],
    )
    if (!row) throw new TidemillError('not_found', { kind: 'run', name: run })
    const [number, key] = row as readonly [number, number | null]
    return key === null ? undefined : { run: number, key }
  }

  async function addRows(
    into: GrowingSeries,
    sql: string,
    values: readonly number[],
  ): Promise<GrowingSeries> {
    const rows = await metadata.read(sql, values)
    for (const [step, at, value, special] of rows as readonly (readonly number[])[]) {
      into.steps.push(step ?? 0)
      into.times.push(at ?? 0)
      into.values.push(readValue({ value: value ?? 0, special: special ?? 0 }))
    }
    return into
  }

  async function addBlocks(
    into: GrowingSeries,
    sql: string,
    values: readonly number[],
  ): Promise<void> {
    for (const [points] of await metadata.read(sql, values)) {
      unpackBlock(points as Uint8Array, into)
    }
  }

  async function between({ run, key }: Metric, start: number, end: number): Promise<Series> {
    const into = emptySeries()
    const isWhole = start <= leastStep && end >= greatestStep
    const [ofRange, bounds] = isWhole
      ? ['', []]
      : [' and first_step <= ? and last_step >= ?', [end, start]]
    const blocks = `${ofBlocks}${ofRange} order by first_step, number`
    await addBlocks(into, blocks, [run, key, ...bounds])
    const rows = `${ofRows} and step >= ? and step <= ? order by ${rowOrder}`
    await addRows(into, rows, [run, key, start, end])
    return inOrder(isWhole ? into : within(into, start, end))
  }

  /** The last step of the blocks that hold at least `need` points after a step; none when that takes all. */
  async function horizonOf(
    { run, key }: Metric,
    from: number,
    need: number,
  ): Promise<number | undefined> {
    const rows = await metadata.read(
      `select last_step, count from metric_blocks
        where run = ? and key = ? and first_step > ? order by last_step`,
      [run, key, from],
    )
    let count = 0
    for (const [last, own] of rows as readonly (readonly [number, number])[]) {
      count += own
      if (count >= need) return last
    }
    return undefined
  }

  async function page(metric: Metric, place: Place | undefined, limit: number): Promise<Series> {
    const { run, key } = metric
    const [from, time] = place ?? [leastStep, -Number.MAX_SAFE_INTEGER]
    for (let need = limit; ; need *= 4) {
      const horizon = await horizonOf(metric, from, need)
      const into = emptySeries()
      const [range, bound] = horizon === undefined ? ['', []] : [' and first_step <= ?', [horizon]]
      const blocks = `${ofBlocks} and last_step >= ?${range} order by first_step, number`
      await addBlocks(into, blocks, [run, key, from, ...bound])
      const packed = after(inOrder(within(into, from, horizon ?? greatestStep)), place, limit)
      // Points that were logged twice count once, so that the blocks may hold fewer than they say.
      if (horizon !== undefined && packed.steps.length < limit) continue
      const shown = place ? await rowsAt(metric, from, time) : 0
      const rows = emptySeries()
      const next = `${ofRows} and (step, at) >= (?, ?) order by ${rowOrder} limit ?`
      await addRows(rows, next, [run, key, from, time, limit + shown])
      if (rows.steps.length === 0) return packed
      rows.steps.push(...packed.steps)
      rows.times.push(...packed.times)
      rows.values.push(...packed.values)
      return after(inOrder(rows), place, limit)
    }
  }

  /** How many rows there are at one step and time: those a page may have shown already. */
  async function rowsAt({ run, key }: Metric, step: number, time: number): Promise<number> {
    const [row] = await metadata.read(
      `select count(*) from metric_points where run = ? and key = ? and step = ? and at = ?`,
      [run, key, step, time],
    )
    return Number(row?.[0] ?? 0)
  }

  return {
    async history(run, name, { points = 10_000, start = leastStep, end = greatestStep } = {}) {
      const metric = await metricOf(run, name)
      if (!metric) return { points: [], total: 0 }
      const { steps, times, values } = await between(metric, start, end)
      const kept = keptPlaces(values, points).map((i) => ({
        key: name,
        value: values[i] ?? NaN,
        step: steps[i] ?? 0,
        time: times[i] ?? 0,
      }))
      return { points: kept, total: steps.length }
    },

    async series(run, name) {
      const metric = await metricOf(run, name)
      return metric ? between(metric, leastStep, greatestStep) : emptySeries()
    },

    async historyPage(run, name, { after: place, limit }) {
      const metric = await metricOf(run, name)
      return metric ? page(metric, place, limit) : emptySeries()
    },
  }
}

function within({ steps, times, values }: Series, start: number, end: number): Series {
  const kept = emptySeries()
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] ?? 0
    if (step < start || step > end) continue
    kept.steps.push(step)
    kept.times.push(times[i] ?? 0)
    kept.values.push(values[i] ?? 0)
  }
  return kept
}
