/**
 * How unsure a classifier is of one answer, by three scores that all grow with doubt. Probabilities sum to one; a missing
 * answer has no score. Margin is the default: over 69 tabular data sets it matched or beat the costlier strategies.
 *
 * References: Settles (2009), Active Learning Literature Survey. Bahri et al. (2022), Is margin all you need?
 */
export type UncertaintyStrategy = 'least_confidence' | 'margin' | 'entropy'

export function uncertainty(
  probabilities: readonly number[],
  strategy: UncertaintyStrategy = 'margin',
): number | undefined {
  if (probabilities.length === 0 || probabilities.some((p) => Number.isNaN(p))) return undefined
  switch (strategy) {
    case 'least_confidence':
      return 1 - Math.max(...probabilities)
    case 'margin': {
      const [first = 0, second = 0] = probabilities.toSorted((a, b) => b - a)
      return 1 - (first - second)
    }
    case 'entropy':
      return probabilities.reduce((sum, p) => (p > 0 ? sum - p * Math.log(p) : sum), 0)
  }
}
