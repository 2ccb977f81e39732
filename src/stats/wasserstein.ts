/**
 * The first Wasserstein distance between two samples on a line: the area between their empirical distribution functions. NaNs are
 * left out; undefined when a sample is empty.
 *
 * References: Vallender (1974), Calculation of the Wasserstein distance between probability distributions on the line.
 */
export function wasserstein(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): number | undefined {
  const x = sorted(first)
  const y = sorted(second)
  if (x.length === 0 || y.length === 0) return undefined
  let [i, j, area] = [0, 0, 0]
  let at = Math.min(x[0] ?? 0, y[0] ?? 0)
  while (i < x.length || j < y.length) {
    const next = Math.min(x[i] ?? Infinity, y[j] ?? Infinity)
    area += Math.abs(i / x.length - j / y.length) * (next - at)
    while (i < x.length && x[i] === next) i++
    while (j < y.length && y[j] === next) j++
    at = next
  }
  return area
}

function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort()
}
