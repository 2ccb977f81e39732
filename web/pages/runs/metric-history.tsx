import { useQueries } from '@tanstack/react-query'
import { SegmentedControl } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type OutputOf, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { LineChart } from '../../design/line-chart.tsx'
import { useCaller } from '../../app/api.tsx'

type Point = OutputOf<typeof operations.runs.history>['points'][number]

/** Charts of the metrics that were logged more than once. */
export function MetricHistory({ run }: { run: Run }): ReactNode {
  const caller = useCaller()
  const [axis, setAxis] = useState<'step' | 'time'>('step')
  const keys = Object.keys(run.metrics).slice(0, 16)
  const reads = useQueries({
    queries: keys.map((key) => ({
      queryKey: ['runs', 'runs.history', { run: run.id, key }],
      queryFn: () => caller.call(operations.runs.history, { run: run.id, key, points: 2000 }),
      refetchInterval: run.status === 'running' ? (3000 as const) : (false as const),
    })),
  })
  const charts = keys.flatMap((key, index) => {
    const points = reads[index]?.data?.points ?? []
    return points.length > 1 ? [{ key, points }] : []
  })
  if (charts.length === 0) return null
  return (
    <Card
      title="Metrics over the run"
      aside={
        <SegmentedControl
          size="xs"
          aria-label="Horizontal axis"
          value={axis}
          onChange={(value) => setAxis(value as 'step' | 'time')}
          data={[
            { value: 'step', label: 'Step' },
            { value: 'time', label: 'Time' },
          ]}
        />
      }
    >
      <div className="columns">
        {charts.map(({ key, points }) => (
          <MetricChart key={key} name={key} points={points} axis={axis} />
        ))}
      </div>
    </Card>
  )
}

function MetricChart({ name, points, axis }: MetricChartProps): ReactNode {
  const { x, series } = useMemo(() => {
    const ordered = [...points].sort((a, b) => a[axis] - b[axis])
    return {
      x: ordered.map((point) => point[axis]),
      series: [{ name, values: ordered.map((point) => point.value) }],
    }
  }, [name, points, axis])
  return (
    <div>
      <h3>{name}</h3>
      <LineChart
        label={name}
        x={x}
        xName="step"
        time={axis === 'time'}
        series={series}
        height={200}
      />
    </div>
  )
}

interface MetricChartProps {
  readonly name: string
  readonly points: readonly Point[]
  readonly axis: 'step' | 'time'
}
