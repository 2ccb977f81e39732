/**
 * The Jensen–Shannon distance of two distributions over the same categories: the square root of the mean divergence from their
 * middle, in the given base (e unless said), from 0 to √log 2. Counts are scaled to shares; undefined when one sums to zero.
 *
 * References: Lin (1991), Divergence measures based on the Shannon entropy. Endres, Schindelin (2003), A new metric for
 * probability distributions.
 */
export function jensenShannon(
  first: readonly number[],
  second: readonly number[],
  base: number = Math.E,
): number | undefined {
  const [n, m] = [sum(first), sum(second)]
  if (n === 0 || m === 0) return undefined
  let divergence = 0
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    const [p, q] = [(first[i] ?? 0) / n, (second[i] ?? 0) / m]
    const middle = (p + q) / 2
    if (p > 0) divergence += (p * Math.log(p / middle)) / 2
    if (q > 0) divergence += (q * Math.log(q / middle)) / 2
  }
  return Math.sqrt(Math.max(0, divergence / Math.log(base)))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
