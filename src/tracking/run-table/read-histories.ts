import { sql } from 'kysely'
import type { RunHistory } from '#contract'
import type { Metadata } from '#store'
import { downsample } from '../downsample.ts'
import { readValue } from '../metric-value.ts'
import type { TrackingTables } from '../tables.ts'
import { written } from './read-rows.ts'
import { smooth } from './smooth.ts'

/** One metric of several runs by step; runs without it are left out. */
export async function readHistories(
  metadata: Metadata,
  runs: readonly string[],
  key: string,
  { points = 1000, smooth: weight }: { readonly points?: number; readonly smooth?: number },
): Promise<readonly RunHistory[]> {
  const database = metadata.tables<TrackingTables>()
  const metric = await database
    .selectFrom('metric_keys')
    .select('id')
    .where('name', '=', key)
    .executeTakeFirst()
  if (!metric) return []
  const histories: RunHistory[] = []
  for (const run of new Set(runs)) {
    const { rows } = await sql<{ step: number; at: number; value: number; special: number }>`
      select step, at, value, special from metric_points
      where run = (select number from runs where id = ${run}) and key = ${metric.id}
      order by step, at`.execute(database)
    if (rows.length === 0) continue
    const values = rows.map(readValue)
    const smoothed = weight === undefined || weight === 0 ? undefined : smooth(values, weight)
    const all = rows.map(({ step, at }, index) => ({
      ...{ step, at, value: values[index] ?? NaN, smooth: smoothed?.[index] ?? NaN },
    }))
    const kept = downsample(all, points)
    histories.push({
      run,
      steps: kept.map(({ step }) => step),
      times: kept.map(({ at }) => at),
      values: kept.map(({ value }) => written(value)),
      ...(smoothed === undefined ? {} : { smooth: kept.map((each) => written(each.smooth)) }),
      total: rows.length,
      odd: values.filter((value) => !Number.isFinite(value)).length,
    })
  }
  return histories
}
