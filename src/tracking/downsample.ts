/**
 * The places of at most about `points` values, the first and the last among them, with the least and the greatest of each part kept,
 * so that no peak is lost.
 */
export function keptPlaces(values: readonly number[], points: number): readonly number[] {
  const { length } = values
  if (length <= points) return values.map((_, i) => i)
  const at = (i: number): number => values[i] ?? NaN
  const parts = Math.max(1, Math.floor(points / 2))
  const kept = new Set<number>([0, length - 1])
  for (let part = 0; part < parts; part++) {
    const begin = Math.floor((part * length) / parts)
    const end = Math.floor(((part + 1) * length) / parts)
    let [low, high] = [begin, begin]
    for (let i = begin; i < end; i++) {
      // What is compared with NaN is false, so a part that begins with one needs the second question.
      if (at(i) < at(low) || Number.isNaN(at(low))) low = i
      if (at(i) > at(high) || Number.isNaN(at(high))) high = i
    }
    kept.add(low).add(high)
  }
  return [...kept].toSorted((a, b) => a - b)
}
