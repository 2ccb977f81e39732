import { scoredAll } from './scored-all.ts'

/**
 * The mean of −log of the probability given to the true class, each kept within [ε, 1 − ε] of double precision as scikit-learn does.
 * Undefined for no rows, and where a probability is NaN.
 *
 * References: Good (1952), Rational decisions.
 */
export function logLoss(ofTruth: ArrayLike<number>): number | undefined {
  if (ofTruth.length === 0 || !scoredAll(ofTruth.length, ofTruth)) return undefined
  const tiny = Number.EPSILON
  let sum = 0
  for (let i = 0; i < ofTruth.length; i++) {
    sum -= Math.log(Math.min(Math.max(ofTruth[i] ?? 0, tiny), 1 - tiny))
  }
  return sum / ofTruth.length
}
