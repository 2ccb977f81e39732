import { normalQuantile } from './normal.ts'

export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Wilson's score interval of a share of `hits` in `total`. Undefined for no trials.
 *
 * References: Wilson (1927), Probable inference, the law of succession, and statistical inference. Brown, Cai, DasGupta (2001).
 */
export function wilsonInterval(
  hits: number,
  total: number,
  confidence = 0.95,
): Interval | undefined {
  if (total === 0) return undefined
  const z = normalQuantile(1 - (1 - confidence) / 2)
  const share = hits / total
  const weight = 1 + (z * z) / total
  const centre = (share + (z * z) / (2 * total)) / weight
  const half =
    (z / weight) * Math.sqrt((share * (1 - share)) / total + (z * z) / (4 * total * total))
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) }
}
