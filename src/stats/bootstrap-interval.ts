import { quantile } from './quantile.ts'
import { integerBelow, type Random } from './random.ts'
import type { Interval } from './wilson-interval.ts'

/**
 * The percentile bootstrap interval of a statistic of rows: `statistic` is given row numbers drawn with replacement. Draws where
 * it is undefined are left out; undefined when all are.
 *
 * References: Efron, Tibshirani (1993), An Introduction to the Bootstrap, §13.
 */
export function bootstrapInterval(
  rows: number,
  statistic: (drawn: Uint32Array) => number | undefined,
  random: Random,
  { confidence = 0.95, rounds = 1000 }: { confidence?: number; rounds?: number } = {},
): Interval | undefined {
  const values: number[] = []
  const drawn = new Uint32Array(rows)
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < rows; i++) drawn[i] = integerBelow(rows, random)
    const value = statistic(drawn)
    if (value !== undefined) values.push(value)
  }
  const tail = (1 - confidence) / 2
  const [low, high] = [quantile(values, tail), quantile(values, 1 - tail)]
  return low === undefined || high === undefined ? undefined : { low, high }
}
