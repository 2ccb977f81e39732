export interface HistogramCounts {
  /** One more than there are counts. */
  readonly edges: number[]
  readonly counts: number[]
}

/**
 * Counts in bins of equal width from the least to the greatest finite value; the last bin holds its upper edge. One bin for one
 * value, none where nothing is finite. Infinities are counted in the outer bins.
 */
export function histogram(values: ArrayLike<number>, bins: number): HistogramCounts {
  let [min, max] = [Infinity, -Infinity]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (!Number.isFinite(value)) continue
    if (value < min) min = value
    if (value > max) max = value
  }
  if (min > max) return { edges: [], counts: [] }
  const count = min === max ? 1 : bins
  const width = min === max ? 1 : max / count - min / count
  const edges = Array.from({ length: count + 1 }, (_, i) =>
    i === count && min < max ? max : min + width * i,
  )
  return { edges, counts: countInto(values, edges) }
}

/** Counts between given edges; what lies outside is counted in the nearest bin. NaNs are left out. */
export function countInto(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const bins = edges.length - 1
  const counts = Array.from({ length: Math.max(0, bins) }, () => 0)
  if (bins < 1) return counts
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN
    if (Number.isNaN(value)) continue
    let low = 0
    let high = bins
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((edges[middle] ?? Infinity) <= value) low = middle
      else high = middle
    }
    counts[low] = (counts[low] ?? 0) + 1
  }
  return counts
}
