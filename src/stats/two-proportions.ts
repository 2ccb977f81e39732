import { normalSurvival } from './normal.ts'

export interface TwoProportionsTest {
  readonly statistic: number
  readonly pValue: number
}

/**
 * The z test that two shares are equal, with the pooled share, two-sided. Undefined for an empty sample; p is 1 where both shares
 * are 0 or both 1.
 *
 * References: Fleiss, Levin, Paik (2003), Statistical Methods for Rates and Proportions, §3.
 */
export function twoProportions(
  hits: number,
  total: number,
  otherHits: number,
  otherTotal: number,
): TwoProportionsTest | undefined {
  if (total === 0 || otherTotal === 0) return undefined
  const pooled = (hits + otherHits) / (total + otherTotal)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / total + 1 / otherTotal))
  if (spread === 0) return { statistic: 0, pValue: 1 }
  const statistic = (hits / total - otherHits / otherTotal) / spread
  return { statistic, pValue: Math.min(1, 2 * normalSurvival(Math.abs(statistic))) }
}
