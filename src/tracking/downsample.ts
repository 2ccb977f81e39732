/** At most about `points` of a history, with the least and the greatest value of each part kept, so that no peak is lost. */
export function downsample<Point extends { readonly value: number }>(
  history: readonly Point[],
  points: number,
): readonly Point[] {
  if (history.length <= points) return history
  const parts = Math.max(1, Math.floor(points / 2))
  const kept = new Set<number>([0, history.length - 1])
  for (let part = 0; part < parts; part++) {
    const begin = Math.floor((part * history.length) / parts)
    const end = Math.floor(((part + 1) * history.length) / parts)
    let [low, high] = [begin, begin]
    for (let i = begin; i < end; i++) {
      const value = history[i]?.value ?? NaN
      // What is compared with NaN is false, so a part that begins with one needs the second question.
      if (value < valueAt(low) || Number.isNaN(valueAt(low))) low = i
      if (value > valueAt(high) || Number.isNaN(valueAt(high))) high = i
    }
    kept.add(low).add(high)
  }
  return [...kept].toSorted((a, b) => a - b).flatMap((i) => history[i] ?? [])

  function valueAt(i: number): number {
    return history[i]?.value ?? NaN
  }
}
