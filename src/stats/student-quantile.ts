import { incompleteBeta } from './incomplete-beta.ts'

/**
 * The p-quantile of Student's t distribution with so many degrees of freedom, by halving an interval of its distribution function.
 * Relative error about 1e-10; ±Infinity at 0 and 1, NaN outside and for degrees that are not positive.
 *
 * References: Abramowitz, Stegun (1964), Handbook of Mathematical Functions, 26.7.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p >= 0 && p <= 1 && degrees > 0)) return NaN
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  if (p < 0.5) return -studentQuantile(1 - p, degrees)
  let [low, high] = [0, 1]
  while (distribution(high, degrees) < p && high < 1e300) [low, high] = [high, high * 2]
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2
    if (distribution(middle, degrees) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

function distribution(t: number, degrees: number): number {
  return 1 - incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5) / 2
}
