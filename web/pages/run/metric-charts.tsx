import { Button, SegmentedControl, TextInput } from '@mantine/core'
import { useMemo, useState, type ReactNode } from 'react'
import { operations, type OutputOf, type Run } from '#contract'
import { Card } from '../../design/card.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCount } from '../../design/format.ts'
import { LineChart } from '../../design/line-chart.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useRead } from '../../app/api.tsx'
import { metricText } from './metric-text.ts'

type Point = OutputOf<typeof operations.runs.history>['points'][number]
type Axis = 'step' | 'time' | 'since'

interface MetricChartsProps {
  readonly run: Run
  readonly keys: readonly string[]
  readonly first?: Axis
}

/** How many charts are drawn at once: a run may have thousands of metrics. */
const chartsAtOnce = 12

/** A chart of each metric over the run; one that was logged once is a number. */
export function MetricCharts({ run, keys, first = 'step' }: MetricChartsProps): ReactNode {
  const [axis, setAxis] = useState<Axis>(first)
  const [text, setText] = useState('')
  const [most, setMost] = useState(chartsAtOnce)
  const wanted = text.trim().toLowerCase()
  const found = keys.filter((key) => key.toLowerCase().includes(wanted))
  const shown = found.slice(0, most)
  return (
    <div className="stack">
      <div className="line spread">
        <TextInput
          size="xs"
          aria-label="Find a metric"
          placeholder={`Find among ${formatCount(keys.length)}`}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <SegmentedControl
          size="xs"
          aria-label="Horizontal axis"
          value={axis}
          onChange={(value) => setAxis(value as Axis)}
          data={[
            { value: 'step', label: 'Step' },
            { value: 'since', label: 'Since start' },
            { value: 'time', label: 'Time' },
          ]}
        />
      </div>
      {found.length === 0 && <p className="muted">No metric is called so.</p>}
      <div className="metric-grid">
        {shown.map((key) => (
          <MetricChart key={key} run={run} name={key} axis={axis} />
        ))}
      </div>
      {found.length > shown.length && (
        <div>
          <Button variant="default" size="xs" onClick={() => setMost(most + chartsAtOnce)}>
            Show {Math.min(chartsAtOnce, found.length - shown.length)} more of{' '}
            {formatCount(found.length)}
          </Button>
        </div>
      )}
    </div>
  )
}

const pointsDrawn = 2000

function MetricChart({ run, name, axis }: MetricChartProps): ReactNode {
  const read = useRead(operations.runs.history, { run: run.id, key: name, points: pointsDrawn })
  const points = read.data?.points
  const total = read.data?.total ?? 0
  return (
    <Card
      title={<span className="wrap-anywhere">{name}</span>}
      aside={<strong className="metric-latest">{metricText(run.metrics[name])}</strong>}
    >
      {read.isError ? (
        <ErrorState error={read.error} retry={() => void read.refetch()} />
      ) : points === undefined ? (
        <Skeleton lines={4} />
      ) : points.length < 2 ? (
        <p className="muted small">Logged once.</p>
      ) : (
        <>
          <Curve name={name} points={points} axis={axis} start={run.startedAt} />
          {total > points.length && (
            <p className="muted small">
              {formatCount(points.length)} of {formatCount(total)} points, the extremes among them.
            </p>
          )}
        </>
      )}
    </Card>
  )
}

interface MetricChartProps {
  readonly run: Run
  readonly name: string
  readonly axis: Axis
}

function Curve({ name, points, axis, start }: CurveProps): ReactNode {
  const { x, series } = useMemo(() => {
    const place = (point: Point): number =>
      axis === 'step' ? point.step : axis === 'time' ? point.time : (point.time - start) / 1000
    const ordered = [...points].sort((a, b) => place(a) - place(b))
    return {
      x: ordered.map(place),
      series: [{ name, values: ordered.map((point) => point.value) }],
    }
  }, [name, points, axis, start])
  return (
    <LineChart
      label={name}
      x={x}
      xName={axis === 'since' ? 'seconds' : axis}
      time={axis === 'time'}
      series={series}
      height={190}
    />
  )
}

interface CurveProps {
  readonly name: string
  readonly points: readonly Point[]
  readonly axis: Axis
  readonly start: number
}
