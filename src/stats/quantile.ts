/**
 * The quantile by method R-7: linear between order statistics, as R, NumPy and d3 do by default. Sorts a copy unless the
 * values are sorted. NaNs are left out; undefined for no values; `p` outside [0, 1] throws.
 *
 * References: Hyndman, Fan (1996), Sample quantiles in statistical packages.
 */
export function quantile(values: ArrayLike<number>, p: number): number | undefined {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a quantile's p is in [0, 1], not ${p}`)
  const sorted = Float64Array.from(values).filter((value) => !Number.isNaN(value))
  if (sorted.length === 0) return undefined
  sorted.sort()
  const at = (sorted.length - 1) * p
  const below = Math.floor(at)
  const low = sorted[below] ?? NaN
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? NaN
  return low + (high - low) * (at - below)
}

/** The quantile at one half. */
export function median(values: ArrayLike<number>): number | undefined {
  return quantile(values, 0.5)
}
