import type { MetricPoint } from './metric-point.ts'
import type { Series } from './series.ts'

/** At most about `points` of a history, with the least and the greatest value of each part kept, so that no peak is lost. */
export function downsample(key: string, series: Series, points: number): readonly MetricPoint[] {
  const { steps, times, values } = series
  const { length } = steps
  const pointAt = (i: number): MetricPoint => ({
    key,
    value: values[i] ?? NaN,
    step: steps[i] ?? 0,
    time: times[i] ?? 0,
  })
  if (length <= points) return steps.map((_, i) => pointAt(i))
  const parts = Math.max(1, Math.floor(points / 2))
  const kept = new Set<number>([0, length - 1])
  for (let part = 0; part < parts; part++) {
    const begin = Math.floor((part * length) / parts)
    const end = Math.floor(((part + 1) * length) / parts)
    let [low, high] = [begin, begin]
    for (let i = begin; i < end; i++) {
      if ((values[i] ?? NaN) < (values[low] ?? NaN)) low = i
      if ((values[i] ?? NaN) > (values[high] ?? NaN)) high = i
    }
    kept.add(low).add(high)
  }
  return [...kept].toSorted((a, b) => a - b).map(pointAt)
}
