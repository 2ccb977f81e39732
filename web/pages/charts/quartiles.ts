export interface Quartiles {
  readonly low: number
  readonly q1: number
  readonly median: number
  readonly q3: number
  readonly high: number
  /** Beyond 1.5 times the distance of the quartiles. */
  readonly outside: readonly number[]
}

/**
 * The five numbers of a box: quartiles by linear interpolation, whiskers to the last value within 1.5 times their distance.
 *
 * References: Hyndman and Fan (1996), Sample Quantiles in Statistical Packages; Tukey (1977), Exploratory Data Analysis.
 */
export function quartiles(values: readonly number[]): Quartiles | undefined {
  const sorted = values.filter((each) => Number.isFinite(each)).toSorted((a, b) => a - b)
  const first = sorted[0]
  if (first === undefined) return undefined
  const at = (share: number): number => {
    const place = (sorted.length - 1) * share
    const below = sorted[Math.floor(place)] ?? first
    const above = sorted[Math.ceil(place)] ?? below
    return below + (above - below) * (place - Math.floor(place))
  }
  const [q1, median, q3] = [at(0.25), at(0.5), at(0.75)]
  const reach = 1.5 * (q3 - q1)
  const inside = sorted.filter((each) => each >= q1 - reach && each <= q3 + reach)
  const outside = sorted.filter((each) => each < q1 - reach || each > q3 + reach)
  return { low: inside[0] ?? q1, q1, median, q3, high: inside.at(-1) ?? q3, outside }
}
