import { useMemo, useRef, type ReactNode } from 'react'
import { ErrorState } from '../../design/error-state.tsx'
import { formatCount, plural } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { numberOf } from '../run-table/columns.ts'
import { BarPanel } from './bar-panel.tsx'
import { csvOf } from './figure.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useRunLines, type RunLine } from './use-chart-data.ts'
import { lineSvg } from './line-svg.ts'
import { LinePlot, type PlotLine } from './line-plot.tsx'
import type { XAxis } from './chart-spec.ts'

/** A metric over steps or time, one line a run. Smoothing is computed from all points and named; the points themselves stay behind it. */
export function LinePanel(props: PanelProps): ReactNode {
  const { table, spec, settings, height, figure } = props
  const key = spec.y?.replace(/^metrics\./, '') ?? ''
  const smooth = spec.smooth ?? settings.smooth
  const logX = spec.logX ?? settings.logX
  const logY = spec.logY ?? settings.logY
  const points = (spec.wide ?? 1) > 1 ? 1500 : 700
  const { lines, isLoading, error } = useRunLines(table, key, smooth, points)
  const drawn = useMemo(
    () =>
      lines.map((line): PlotLine => {
        const look = table.looks.get(line.run.row)
        const x = axisOf(line, settings.axis)
        const numbers = (values: RunLine['history']['values']) =>
          values.map((value) => {
            const number = numberOf(value)
            return number === undefined || (logY && number <= 0) ? null : number
          })
        const { values, smooth: curve } = line.history
        return {
          row: line.run.row,
          name: line.run.name,
          token: look?.token ?? '--series-8',
          dashed: look?.dashed ?? false,
          x: logX ? x.map((each) => (each > 0 ? each : NaN)) : x,
          values: numbers(values),
          ...(curve === undefined ? {} : { smooth: numbers(curve) }),
        }
      }),
    [lines, settings.axis, table.looks, logX, logY],
  )
  const host = useRef<HTMLDivElement>(null)
  figure.current = {
    csv: () =>
      csvOf(
        ['run', 'name', 'step', 'time', key, ...(smooth > 0 ? [`${key} smoothed`] : [])],
        lines.flatMap(({ run, history }) =>
          history.steps.map((step, at) => [
            ...[run.id, run.name, step, new Date(history.times[at] ?? 0).toISOString()],
            history.values[at],
            ...(history.smooth === undefined ? [] : [history.smooth[at]]),
          ]),
        ),
      ),
    svg: () =>
      lineSvg(drawn, {
        width: host.current?.clientWidth ?? 600,
        height,
        yName: key,
        ...{ axis: settings.axis, logX, logY },
      }),
  }
  if (error !== null) return <ErrorState error={error} />
  if (isLoading) return <Skeleton lines={5} />
  if (lines.length === 0) return <Nothing>None of the runs shown has logged {key}.</Nothing>
  if (lines.every(({ history }) => history.total === 1)) return <BarPanel {...props} />
  return (
    <div className="stack tight" ref={host}>
      <LinePlot
        lines={drawn}
        height={height}
        axis={settings.axis}
        logX={logX}
        logY={logY}
        name={key}
      />
      <Notes lines={lines} smooth={smooth} logY={logY} />
    </div>
  )
}

/** What of the chart is not what was logged, in words. */
function Notes({ lines, smooth, logY }: NotesProps): ReactNode {
  const total = lines.reduce((sum, { history }) => sum + history.total, 0)
  const shown = lines.reduce((sum, { history }) => sum + history.steps.length, 0)
  const odd = lines.reduce((sum, { history }) => sum + history.odd, 0)
  const below = logY
    ? lines.reduce(
        (sum, { history }) =>
          sum + history.values.filter((value) => typeof value === 'number' && value <= 0).length,
        0,
      )
    : 0
  const notes = [
    smooth > 0 && `Smoothed: moving average, weight ${smooth}; faint lines are what was logged`,
    shown < total && `${formatCount(shown)} of ${formatCount(total)} points, extremes kept`,
    odd > 0 && `${plural(odd, 'value')} NaN or infinite`,
    below > 0 && `${plural(below, 'value')} not above 0 left out`,
  ].filter((note) => note !== false)
  return notes.length === 0 ? null : <p className="chart-note">{notes.join(' · ')}</p>
}

interface NotesProps {
  readonly lines: readonly RunLine[]
  readonly smooth: number
  readonly logY: boolean
}

function axisOf({ history }: RunLine, axis: XAxis): readonly number[] {
  if (axis === 'step') return history.steps
  if (axis === 'time') return history.times
  const first = history.times[0] ?? 0
  return history.times.map((time) => (time - first) / 1000)
}
