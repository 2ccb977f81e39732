import { NativeSelect } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Run } from '#contract'
import { BarChart } from '../../design/bar-chart.tsx'
import { Card } from '../../design/card.tsx'
import type { RunColumn } from './run-columns.ts'

/** Bars shown at most; the best are the ones one looks for. */
const mostBars = 24

interface MetricBarsProps {
  readonly runs: readonly Run[]
  readonly columns: readonly RunColumn[]
  readonly metric: string | undefined
  readonly onMetric: (name: string) => void
}

/** One metric of every run as bars, the highest first. */
export function MetricBars({ runs, columns, metric, onMetric }: MetricBarsProps): ReactNode {
  const metrics = columns.filter((each) => each.kind === 'metric').map((each) => each.name)
  const chosen = metric !== undefined && metrics.includes(metric) ? metric : metrics[0]
  if (chosen === undefined) return null
  const varying = columns.filter((each) => each.kind === 'param' && each.varies).slice(0, 2)
  const bars = runs
    .flatMap((run) => {
      const value = run.metrics[chosen]
      if (value === undefined) return []
      const params = varying.map((each) => `${each.name} ${run.params[each.name] ?? '—'}`)
      return [{ key: run.id, name: [run.name, ...params].join(', '), value }]
    })
    .sort((a, b) => b.value - a.value)
  return (
    <Card
      title="One metric"
      aside={
        <NativeSelect
          size="xs"
          aria-label="Metric"
          data={metrics}
          value={chosen}
          onChange={(event) => onMetric(event.currentTarget.value)}
        />
      }
    >
      <BarChart label={`${chosen} by run`} bars={bars.slice(0, mostBars)} />
      {bars.length > mostBars && (
        <p className="muted small">
          The highest {mostBars} of {bars.length}.
        </p>
      )}
    </Card>
  )
}
