import { measured, type Measured, type RunHistory } from '#contract'
import { keptPlaces } from '../downsample.ts'
import type { Histories } from '../histories.ts'
import type { Series } from '../series.ts'
import { smooth } from './smooth.ts'

export interface DrawnMetric {
  readonly points?: number
  readonly smooth?: number
  /** Another metric, whose values at its points are told too. */
  readonly x?: string
}

/** One metric of several runs by step; runs without it are left out. */
export async function readHistories(
  { series }: Pick<Histories, 'series'>,
  runs: readonly string[],
  key: string,
  { points = 1000, smooth: weight, x }: DrawnMetric,
): Promise<readonly RunHistory[]> {
  const histories: RunHistory[] = []
  for (const run of new Set(runs)) {
    const { steps, times, values } = await series(run, key)
    if (steps.length === 0) continue
    const smoothed = weight === undefined || weight === 0 ? undefined : smooth(values, weight)
    const places = keptPlaces(values, points)
    const over = x === undefined ? undefined : lastValues(await series(run, x), steps)
    const kept = (all: readonly number[]): number[] => places.map((i) => all[i] ?? NaN)
    histories.push({
      run,
      steps: kept(steps),
      times: kept(times),
      values: kept(values).map(measured),
      ...(smoothed === undefined ? {} : { smooth: kept(smoothed).map(measured) }),
      ...(over === undefined ? {} : { x: places.map((i) => over[i] ?? null) }),
      total: steps.length,
      odd: values.filter((value) => !Number.isFinite(value)).length,
    })
  }
  return histories
}

/** For each of some steps in order, the last value of a series up to it; null before its first. */
function lastValues(
  { steps: at, values }: Pick<Series, 'steps' | 'values'>,
  steps: readonly number[],
): readonly Measured[] {
  let place = 0
  return steps.map((step) => {
    while ((at[place] ?? Infinity) <= step) place += 1
    const value = values[place - 1]
    return value === undefined ? null : measured(value)
  })
}
