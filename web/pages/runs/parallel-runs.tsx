import { useMemo, type ReactNode } from 'react'
import type { Run } from '#contract'
import { ParallelCoordinates } from '../../design/parallel-coordinates.tsx'
import { columnValue, type RunColumn } from './run-columns.ts'

/** More axes than this are no picture. */
const mostAxes = 9

interface ParallelRunsProps {
  readonly runs: readonly Run[]
  readonly columns: readonly RunColumn[]
  /** The metric that gives the colour; the last axis unless said. */
  readonly metric: string | undefined
  readonly onBrush: (ids: ReadonlySet<string> | undefined) => void
}

/** One line a run over the parameters that differ and the metrics. */
export function ParallelRuns({ runs, columns, metric, onBrush }: ParallelRunsProps): ReactNode {
  const axes = useMemo(() => {
    const params = columns.filter((each) => each.kind === 'param' && each.varies)
    const metrics = columns.filter((each) => each.kind === 'metric')
    return [...params.slice(0, mostAxes - Math.min(4, metrics.length)), ...metrics].slice(
      0,
      mostAxes,
    )
  }, [columns])
  const dimensions = useMemo(
    () =>
      axes.map((axis) => {
        const values = runs.map((run) => columnValue(run, axis))
        const texts = values.some((value) => typeof value === 'string')
        const categories = [...new Set(values.map((value) => String(value ?? 'none')))].sort()
        return texts ? { name: axis.name, categories } : { name: axis.name }
      }),
    [axes, runs],
  )
  const lines = useMemo(
    () =>
      runs.map((run) => ({
        id: run.id,
        values: axes.map((axis, index) => {
          const value = columnValue(run, axis)
          return dimensions[index]?.categories === undefined
            ? (value ?? null)
            : String(value ?? 'none')
        }),
      })),
    [axes, runs, dimensions],
  )
  const chosen = axes.findIndex((axis) => axis.kind === 'metric' && axis.name === metric)
  return (
    <ParallelCoordinates
      label="Parallel coordinates"
      dimensions={dimensions}
      lines={lines}
      colorBy={chosen === -1 ? axes.length - 1 : chosen}
      onBrush={onBrush}
    />
  )
}
