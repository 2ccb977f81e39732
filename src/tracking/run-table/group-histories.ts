import { sql } from 'kysely'
import { measured, TidemillError, type GroupHistory } from '#contract'
import type { Metadata } from '#store'
import { keptPlaces } from '../downsample.ts'
import type { Histories } from '../histories.ts'
import type { Series } from '../series.ts'
import type { TrackingTables } from '../tables.ts'
import { matchingRuns, type TableSearch } from './matching-runs.ts'
import { smooth } from './smooth.ts'

/** Of larger groups the newest runs stand for all, so that an answer stays one of seconds. */
const mostRuns = 50
const mostGroups = 20

export interface GroupedMetric {
  readonly by: readonly string[]
  /** The groups, by the values of what they are grouped by. */
  readonly groups: readonly (readonly (string | null)[])[]
  readonly key: string
  readonly points?: number
  readonly smooth?: number
}

/** One metric of groups of runs by step: at each step the mean, the least and the greatest of the runs that logged it there. */
export async function groupHistories(
  metadata: Metadata,
  { series }: Pick<Histories, 'series'>,
  search: TableSearch,
  { by, groups, key, points = 1000, smooth: weight = 0 }: GroupedMetric,
): Promise<readonly GroupHistory[]> {
  if (groups.length > mostGroups || groups.some((values) => values.length !== by.length)) {
    const problem = `At most ${mostGroups} groups are drawn, each of one value for each of ${by.join(', ')}.`
    throw new TidemillError('bad_request', { problem })
  }
  const histories: GroupHistory[] = []
  for (const values of groups) {
    const group = by.map((each, at) => [each, values[at] ?? null] as const)
    const runs = await newestRuns(metadata, { ...search, group })
    const all: Series[] = []
    for (const { id } of runs) {
      const found = await series(id, key)
      if (found.steps.length > 0) all.push(found)
    }
    if (all.length === 0) continue
    const { steps, times, elapsed, mean, low, high, odd } = spreadOf(all)
    const curve = weight === 0 ? undefined : smooth(mean, weight)
    // The edges of a range have their own peaks.
    const each = Math.max(2, Math.floor(points / 3))
    const chosen = new Set([mean, low, high].flatMap((line) => keptPlaces(line, each)))
    const places = [...chosen].toSorted((a, b) => a - b)
    const kept = (line: readonly number[]): number[] => places.map((place) => line[place] ?? NaN)
    histories.push({
      values: [...values],
      ...{ steps: kept(steps), times: kept(times), elapsed: kept(elapsed) },
      ...{ mean: kept(mean).map(measured), low: kept(low).map(measured) },
      high: kept(high).map(measured),
      ...(curve === undefined ? {} : { smooth: kept(curve).map(measured) }),
      ...{ runs: all.length, of: runs[0]?.count ?? 0, total: steps.length, odd },
    })
  }
  return histories
}

async function newestRuns(
  metadata: Metadata,
  search: TableSearch,
): Promise<readonly { readonly id: string; readonly count: number }[]> {
  const { rows } = await sql<{ id: string; count: number }>`
    select runs.id, count(*) over () as count from runs
    where ${matchingRuns(search, metadata.dialect)}
    order by runs.started_at desc, runs.id desc limit ${mostRuns}`.execute(
    metadata.tables<TrackingTables>(),
  )
  return rows.map(({ id, count }) => ({ id, count: Number(count) }))
}

interface AtStep {
  times: number
  elapsed: number
  count: number
  mean: number
  low: number
  high: number
}

/**
 * Several series by step. A run's last value of a step counts; NaN and the infinities are counted and left out, and a step with nothing
 * else is not there.
 */
function spreadOf(all: readonly Series[]) {
  const found = new Map<number, AtStep>()
  let odd = 0
  for (const { steps, times, values } of all) {
    const first = times[0] ?? 0
    for (const [place, step] of steps.entries()) {
      if (steps[place + 1] === step) continue
      const [value, time] = [values[place] ?? NaN, times[place] ?? 0]
      if (!Number.isFinite(value)) {
        odd += 1
        continue
      }
      const at = found.get(step) ?? { ...none }
      at.count += 1
      // A running mean, which large times and values do not overflow.
      at.mean += (value - at.mean) / at.count
      at.times += (time - at.times) / at.count
      at.elapsed += (time - first - at.elapsed) / at.count
      at.low = Math.min(at.low, value)
      at.high = Math.max(at.high, value)
      found.set(step, at)
    }
  }
  const ordered = [...found].toSorted(([a], [b]) => a - b)
  const line = (of: (at: AtStep) => number) => ordered.map(([, at]) => of(at))
  return {
    steps: ordered.map(([step]) => step),
    times: line(({ times }) => Math.round(times)),
    elapsed: line(({ elapsed }) => elapsed),
    mean: line(({ mean }) => mean),
    low: line(({ low }) => low),
    high: line(({ high }) => high),
    odd,
  }
}

const none: AtStep = {
  ...{ times: 0, elapsed: 0, count: 0, mean: 0, low: Infinity, high: -Infinity },
}
