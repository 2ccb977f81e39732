import { isSystemMetric, measured, type ModelVersion, type Run } from '#contract'

/** What was measured of a model; what its machine measured of itself says nothing of it. */
export function ownMetrics(run: Run | undefined): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(run?.metrics ?? {}).filter(([key]) => !isSystemMetric(key)),
  )
}

/** The same as JSON can carry them. */
export function writtenMetrics(run: Run | undefined): ModelVersion['metrics'] {
  return Object.fromEntries(
    Object.entries(ownMetrics(run)).map(([key, value]) => [key, measured(value)]),
  )
}
