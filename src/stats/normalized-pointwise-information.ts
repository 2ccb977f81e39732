/** How many of all have the first, the second, and both. */
export interface JointCounts {
  readonly total: number
  readonly first: number
  readonly second: number
  readonly both: number
}

/**
 * How much more often two things come together than by chance, from −1 (never together) over 0 (independent) to 1 (always together):
 * ln(p₁₂ / (p₁ p₂)) / −ln p₁₂. `prior` is added to each cell of the table of both; with 0, what never comes together is −1. Where
 * everything has both it is 1. Undefined when one of them never comes, or the counts cannot be of one table.
 *
 * References: Bouma (2009), Normalized (pointwise) mutual information in collocation extraction. Jeffreys (1946), for a prior of ½.
 */
export function normalizedPointwiseInformation(
  { total, first, second, both }: JointCounts,
  prior = 0,
): number | undefined {
  const neither = total - first - second + both
  if (first === 0 || second === 0) return undefined
  if (Math.min(both, first - both, second - both, neither) < 0) return undefined
  if (both === total) return 1
  if (both + prior === 0) return -1
  const all = total + 4 * prior
  const joint = (both + prior) / all
  const apart = ((first + 2 * prior) / all) * ((second + 2 * prior) / all)
  return Math.log(joint / apart) / -Math.log(joint)
}
