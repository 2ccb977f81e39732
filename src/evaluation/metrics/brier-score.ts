import { scoredAll } from './scored-all.ts'

/**
 * The mean squared difference between the probability of the positive class and what happened (1 or 0). Undefined for no rows, and
 * where a score is NaN.
 *
 * References: Brier (1950), Verification of forecasts expressed in terms of probability.
 */
export function brierScore(
  positive: readonly boolean[],
  scores: ArrayLike<number>,
): number | undefined {
  if (positive.length === 0 || !scoredAll(positive.length, scores)) return undefined
  return (
    positive.reduce((sum, hit, i) => sum + ((scores[i] ?? 0) - (hit ? 1 : 0)) ** 2, 0) /
    positive.length
  )
}
