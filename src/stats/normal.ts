import { upperGamma } from './incomplete-gamma.ts'

/**
 * The standard normal distribution function, through the incomplete gamma function. Relative error about 1e-12 in both tails.
 *
 * References: Abramowitz, Stegun (1964), Handbook of Mathematical Functions, 26.2 and 7.1.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return NaN
  const tail = z === 0 ? 0.5 : 0.5 * upperGamma(0.5, (z * z) / 2)
  return z > 0 ? 1 - tail : tail
}

/** P(Z > z), exact far out where 1 − cdf would be 0. */
export function normalSurvival(z: number): number {
  return normalCdf(-z)
}

const a = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
] as const
const b = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
] as const
const c = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734,
  4.374664141464968, 2.938163982698783,
] as const
const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416] as const

/**
 * The standard normal quantile for 0 < p < 1: Acklam's rational approximation and one step of Halley. Relative error about 1e-12;
 * ±Infinity at 0 and 1, NaN outside.
 *
 * References: Acklam (2003), An algorithm for computing the inverse normal cumulative distribution function.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return NaN
  if (p === 0 || p === 1) return p === 0 ? -Infinity : Infinity
  const start = rational(p)
  const error = normalCdf(start) - p
  const step = error * Math.sqrt(2 * Math.PI) * Math.exp((start * start) / 2)
  return start - step / (1 + (start * step) / 2)
}

function rational(p: number): number {
  if (p < 0.02425) return tail(Math.sqrt(-2 * Math.log(p)))
  if (p > 1 - 0.02425) return -tail(Math.sqrt(-2 * Math.log1p(-p)))
  const q = p - 0.5
  const r = q * q
  return (polynomial(a, r) * q) / (polynomial(b, r) * r + 1)
}

function tail(q: number): number {
  return polynomial(c, q) / (polynomial(d, q) * q + 1)
}

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}
