import { mean } from './mean.ts'

/**
 * The sample variance, Σ(x − x̄)² / (n − 1), in two passes. Undefined for fewer than two values; NaN where a value is.
 *
 * References: Chan, Golub, LeVeque (1983), Algorithms for computing the sample variance.
 */
export function variance(values: ArrayLike<number>): number | undefined {
  const centre = mean(values)
  if (centre === undefined || values.length < 2) return undefined
  let sum = 0
  let drift = 0
  for (let i = 0; i < values.length; i++) {
    const deviation = (values[i] ?? NaN) - centre
    sum += deviation * deviation
    drift += deviation
  }
  return (sum - (drift * drift) / values.length) / (values.length - 1)
}

/** The square root of the sample variance. */
export function standardDeviation(values: ArrayLike<number>): number | undefined {
  const square = variance(values)
  return square === undefined ? undefined : Math.sqrt(square)
}
