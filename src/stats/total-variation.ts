/**
 * Half the sum of the differences of shares: the largest difference in probability of any event, from 0 to 1. Undefined when one
 * side is empty.
 *
 * References: Levin, Peres, Wilmer (2009), Markov Chains and Mixing Times, §4.1.
 */
export function totalVariation(
  first: readonly number[],
  second: readonly number[],
): number | undefined {
  const [n, m] = [sum(first), sum(second)]
  if (n === 0 || m === 0) return undefined
  let distance = 0
  for (let i = 0; i < Math.max(first.length, second.length); i++) {
    distance += Math.abs((first[i] ?? 0) / n - (second[i] ?? 0) / m)
  }
  return distance / 2
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
