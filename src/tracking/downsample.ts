import type { MetricPoint } from './metric-point.ts'

/** At most about `points` of a history, with the least and the greatest value of each part kept, so that no peak is lost. */
export function downsample(
  history: readonly MetricPoint[],
  points: number,
): readonly MetricPoint[] {
  if (history.length <= points) return history
  const parts = Math.max(1, Math.floor(points / 2))
  const kept = new Set<number>([0, history.length - 1])
  for (let part = 0; part < parts; part++) {
    const begin = Math.floor((part * history.length) / parts)
    const end = Math.floor(((part + 1) * history.length) / parts)
    let [low, high] = [begin, begin]
    for (let i = begin; i < end; i++) {
      if ((history[i]?.value ?? NaN) < (history[low]?.value ?? NaN)) low = i
      if ((history[i]?.value ?? NaN) > (history[high]?.value ?? NaN)) high = i
    }
    kept.add(low).add(high)
  }
  return [...kept].toSorted((a, b) => a - b).flatMap((i) => history[i] ?? [])
}
