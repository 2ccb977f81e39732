export interface KolmogorovSmirnovTest {
  readonly statistic: number
  readonly pValue: number
}

/** Up to here the exact value takes less than 50 ms; the asymptotic one is off by a tenth at a hundred times fewer. */
const exactPairs = 10_000_000

/**
 * The two-sample test that both samples come from one continuous distribution: D is the largest distance between the two empirical
 * distribution functions. The p-value is exact (paths that stay within D) while there are at most ten million pairs of values, and
 * asymptotic with the effective size n·m/(n + m) beyond. NaNs are left out; ties make the p-value conservative; undefined when a sample is
 * empty.
 *
 * References: Smirnov (1939), On the estimation of the discrepancy between empirical curves. Hodges (1958), The significance
 * probability of the Smirnov two-sample test. Viehmann (2021), Numerically more stable computation of the p-values …
 */
export function kolmogorovSmirnov(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): KolmogorovSmirnovTest | undefined {
  const x = sortedNumbers(first)
  const y = sortedNumbers(second)
  if (x.length === 0 || y.length === 0) return undefined
  const steps = largestGap(x, y)
  const [n, m] = [x.length, y.length]
  const statistic = steps / (n * m)
  const pValue =
    n * m <= exactPairs
      ? exactSurvival(n, m, steps)
      : kolmogorovSurvival(statistic * Math.sqrt((n * m) / (n + m)))
  return { statistic, pValue }
}

function sortedNumbers(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort()
}

/** n·m·D as a whole number, so that equal distances compare equal. */
function largestGap(x: Float64Array, y: Float64Array): number {
  let [i, j, largest] = [0, 0, 0]
  while (i < x.length && j < y.length) {
    const at = Math.min(x[i] ?? NaN, y[j] ?? NaN)
    while (i < x.length && x[i] === at) i++
    while (j < y.length && y[j] === at) j++
    largest = Math.max(largest, Math.abs(i * y.length - j * x.length))
  }
  return largest
}

/** P(n·m·D ≥ steps): one minus the share of lattice paths that stay strictly inside, by a recurrence over shares. */
function exactSurvival(n: number, m: number, steps: number): number {
  if (steps === 0) return 1
  // outside[j] is the probability that the path to (i, j) has touched the bound; only what lies within the bound is walked.
  const outside = new Float64Array(m + 1).fill(1)
  for (let i = 0; i <= n; i++) {
    const first = Math.max(0, Math.floor((i * m - steps) / n) + 1)
    const last = Math.min(m, Math.ceil((i * m + steps) / n) - 1)
    if (first > 0) outside[first - 1] = 1
    for (let j = first; j <= last; j++) {
      const left = j > 0 ? (outside[j - 1] ?? 0) : 0
      const below = i > 0 ? (outside[j] ?? 0) : 0
      outside[j] = i + j === 0 ? 0 : (below * i + left * j) / (i + j)
    }
  }
  return outside[m] ?? NaN
}

/**
 * P(K > x) of Kolmogorov's limit distribution, 2 Σ (−1)^(k−1) e^(−2k²x²), by its theta twin where that converges faster.
 *
 * References: Kolmogorov (1933), Sulla determinazione empirica di una legge di distribuzione. Marsaglia, Tsang, Wang (2003).
 */
export function kolmogorovSurvival(x: number): number {
  if (x <= 0) return 1
  if (x < 1.18) {
    const t = Math.exp((-Math.PI * Math.PI) / (8 * x * x))
    return 1 - (Math.sqrt(2 * Math.PI) / x) * (t + t ** 9 + t ** 25 + t ** 49)
  }
  const t = Math.exp(-2 * x * x)
  return 2 * (t - t ** 4 + t ** 9 - t ** 16)
}
