/**
 * The population stability index Σ (q − p) ln(q / p) over shares in the same bins. An empty bin counts as `floor` of a share, as
 * is usual, since the logarithm has no value there. Undefined when one side is empty.
 *
 * References: Siddiqi (2006), Credit Risk Scorecards. Yurdakul, Naranjo (2020), Statistical properties of the population
 * stability index.
 */
export function populationStability(
  reference: readonly number[],
  current: readonly number[],
  floor = 1e-4,
): number | undefined {
  const [n, m] = [sum(reference), sum(current)]
  if (n === 0 || m === 0) return undefined
  let index = 0
  for (let i = 0; i < Math.max(reference.length, current.length); i++) {
    const p = Math.max((reference[i] ?? 0) / n, floor)
    const q = Math.max((current[i] ?? 0) / m, floor)
    index += (q - p) * Math.log(q / p)
  }
  return index
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
