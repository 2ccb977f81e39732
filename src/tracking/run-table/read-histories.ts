import type { RunHistory } from '#contract'
import { keptPlaces } from '../downsample.ts'
import type { Histories } from '../histories.ts'
import { written } from './read-rows.ts'
import { smooth } from './smooth.ts'

/** One metric of several runs by step; runs without it are left out. */
export async function readHistories(
  { series }: Pick<Histories, 'series'>,
  runs: readonly string[],
  key: string,
  { points = 1000, smooth: weight }: { readonly points?: number; readonly smooth?: number },
): Promise<readonly RunHistory[]> {
  const histories: RunHistory[] = []
  for (const run of new Set(runs)) {
    const { steps, times, values } = await series(run, key)
    if (steps.length === 0) continue
    const smoothed = weight === undefined || weight === 0 ? undefined : smooth(values, weight)
    const places = keptPlaces(values, points)
    const kept = (all: readonly number[]): number[] => places.map((i) => all[i] ?? NaN)
    histories.push({
      run,
      steps: kept(steps),
      times: kept(times),
      values: kept(values).map(written),
      ...(smoothed === undefined ? {} : { smooth: kept(smoothed).map(written) }),
      total: steps.length,
      odd: values.filter((value) => !Number.isFinite(value)).length,
    })
  }
  return histories
}
