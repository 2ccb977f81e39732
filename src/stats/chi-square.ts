import { upperGamma } from './incomplete-gamma.ts'

/**
 * P(X > x) of the chi-square distribution with `degrees` of freedom.
 *
 * References: Abramowitz, Stegun (1964), Handbook of Mathematical Functions, 26.4.
 */
export function chiSquareSurvival(x: number, degrees: number): number {
  return x <= 0 ? 1 : upperGamma(degrees / 2, x / 2)
}

export interface ChiSquareTest {
  readonly statistic: number
  readonly degrees: number
  readonly pValue: number
}

/**
 * Pearson's test that two samples have the same category shares: Σ (observed − expected)² / expected over the 2 × k table, with
 * k − 1 degrees of freedom. Categories that neither sample has are left out. Undefined when a sample is empty; with one category
 * left the statistic is 0 and p is 1.
 *
 * References: Pearson (1900), On the criterion that a given system of deviations … Cramér (1946), Mathematical Methods of
 * Statistics, §30.6.
 */
export function chiSquareHomogeneity(
  first: readonly number[],
  second: readonly number[],
): ChiSquareTest | undefined {
  const [n, m] = [sum(first), sum(second)]
  if (n === 0 || m === 0) return undefined
  let statistic = 0
  let categories = 0
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [x = 0, y = 0] = [first[i], second[i]]
    const total = x + y
    if (total === 0) continue
    categories++
    const [ex, ey] = [(total * n) / (n + m), (total * m) / (n + m)]
    statistic += (x - ex) ** 2 / ex + (y - ey) ** 2 / ey
  }
  const degrees = categories - 1
  return { statistic, degrees, pValue: degrees === 0 ? 1 : chiSquareSurvival(statistic, degrees) }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
