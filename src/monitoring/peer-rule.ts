import {
  chiSquareSurvival,
  jensenShannon,
  kolmogorovSmirnov,
  mean,
  twoProportions,
  wasserstein,
} from '#stats'

export interface PeerVerdict {
  readonly test: string
  readonly score: number
  readonly threshold: number
  readonly drifted: boolean
}

const smallReference = 1000

/**
 * Evidently's default choice of a test, by its own rule: up to 1,000 reference rows a p-value against 0.05 (Kolmogorov–Smirnov,
 * chi-square, or a z test for two values), beyond that a distance against 0.1 (Wasserstein over the reference's standard deviation,
 * or Jensen–Shannon). Missing and infinite values are left out before rows are counted. It corrects for neither the number of columns
 * nor the number of looks.
 */
export function peerNumeric(reference: Float64Array, current: Float64Array): PeerVerdict {
  const [x, y] = [present(reference), present(current)]
  const values = new Set([...x, ...y]).size
  if (values <= 5) return peerCategorical(counted(x, y))
  if (x.length <= smallReference) {
    return byPValue('K-S p-value', kolmogorovSmirnov(x, y)?.pValue)
  }
  const spread = Math.max(deviation(x), 0.001)
  return byDistance('Wasserstein distance (normed)', (wasserstein(x, y) ?? NaN) / spread)
}

/** The same for categories, given as counts of each in the reference and in the window. */
export function peerCategorical(counts: readonly (readonly [number, number])[]): PeerVerdict {
  const [reference, current] = [counts.map(([r]) => r), counts.map(([, c]) => c)]
  const [n, m] = [total(reference), total(current)]
  if (n > smallReference) {
    return byDistance('Jensen-Shannon distance', jensenShannon(reference, current) ?? NaN)
  }
  if (counts.length > 2) return byPValue('chi-square p-value', goodnessOfFit(reference, current))
  return byPValue(
    'Z-test p-value',
    twoProportions(reference[0] ?? 0, n, current[0] ?? 0, m)?.pValue,
  )
}

/** It takes the reference's shares for the truth, so what the reference does not have is infinitely unlikely. */
function goodnessOfFit(reference: readonly number[], current: readonly number[]): number {
  const share = total(current) / total(reference)
  const statistic = reference.reduce((sum, count, i) => {
    const expected = count * share
    return sum + ((current[i] ?? 0) - expected) ** 2 / expected
  }, 0)
  return chiSquareSurvival(statistic, reference.length - 1)
}

function byPValue(test: string, pValue = NaN): PeerVerdict {
  return { test, score: pValue, threshold: 0.05, drifted: pValue < 0.05 }
}

function byDistance(test: string, distance: number): PeerVerdict {
  return { test, score: distance, threshold: 0.1, drifted: distance >= 0.1 }
}

function present(values: Float64Array): Float64Array {
  return values.filter((value) => Number.isFinite(value))
}

/** With n in the denominator, as the peer has it. */
function deviation(values: Float64Array): number {
  const centre = mean(values) ?? 0
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)) ?? 0)
}

function counted(x: Float64Array, y: Float64Array): (readonly [number, number])[] {
  const counts = new Map<number, [number, number]>()
  for (const value of x) count(counts, value)[0]++
  for (const value of y) count(counts, value)[1]++
  return [...counts].toSorted(([a], [b]) => a - b).map(([, pair]) => pair)
}

function count(counts: Map<number, [number, number]>, value: number): [number, number] {
  let pair = counts.get(value)
  if (!pair) {
    pair = [0, 0]
    counts.set(value, pair)
  }
  return pair
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0)
}
