import { useMemo, type ReactNode } from 'react'
import { ErrorState } from '../../design/error-state.tsx'
import { formatNumber, plural } from '../../design/format.ts'
import { Skeleton } from '../../design/skeleton.tsx'
import { BarPanel } from './bar-panel.tsx'
import { drawable, numbersOf, smoothed, thinned, type PlotLine } from './drawable.ts'
import { csvOf } from './figure.ts'
import { GroupLines } from './group-lines.tsx'
import { LineFigure } from './line-figure.tsx'
import { frameOf, type LineAxis, type LineFrame } from './line-frame.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useRunLines, type RunLine } from './use-chart-data.ts'

/** A metric over steps, time or another metric: a line for each run, or for each group where runs are grouped. */
export function LinePanel(props: PanelProps): ReactNode {
  return props.table.grouped === undefined ? <RunLines {...props} /> : <GroupLines {...props} />
}

/** Smoothing is computed from all points and named; the points themselves stay behind it. */
function RunLines(props: PanelProps): ReactNode {
  const { table, spec, settings, height, figure } = props
  const key = spec.y?.replace(/^metrics\./, '') ?? ''
  const frame = useMemo(() => frameOf(spec, settings), [spec, settings])
  const { lines, isLoading, error } = useRunLines(table, key, frame)
  const drawn = useMemo(
    () =>
      lines.map((line): PlotLine => {
        const look = table.looks.get(line.run.row)
        const { values, smooth } = line.history
        return drawable(
          {
            ...{ row: line.run.row, name: line.run.name },
            ...{ token: look?.token ?? '--series-8', dashed: look?.dashed ?? false },
            ...{ x: placesOf(line, frame.axis), values: numbersOf(values) },
            ...(smooth && { smooth: numbersOf(smooth) }),
          },
          frame,
        )
      }),
    [lines, frame, table.looks],
  )
  const csv = () => csvOfRuns(lines, key, frame)
  if (error !== null) return <ErrorState error={error} />
  if (isLoading) return <Skeleton lines={5} />
  const [first, ...others] = lines
  if (first === undefined) return <Nothing>None of the runs shown has logged {key}.</Nothing>
  if (lines.every(({ history }) => history.total === 1)) {
    if (others.length > 0) return <BarPanel {...props} />
    figure.current = { csv }
    return <Once line={first} />
  }
  return (
    <LineFigure
      {...{ lines: drawn, frame, height, figure, csv }}
      name={key}
      notes={notesOf(lines, drawn, frame)}
    />
  )
}

/** What a run alone logged once is a number and no line. */
function Once({ line: { history } }: { line: RunLine }): ReactNode {
  const [value] = history.values
  return (
    <div className="stack tight">
      <p className="chart-number">{typeof value === 'number' ? formatNumber(value, 5) : value}</p>
      <p className="chart-note">Logged once, at step {history.steps[0]}</p>
    </div>
  )
}

function placesOf({ history }: RunLine, { kind }: LineAxis): readonly number[] {
  if (kind === 'metric') return numbersOf(history.x ?? []).map((each) => each ?? NaN)
  if (kind === 'step') return history.steps
  if (kind === 'time') return history.times
  const first = history.times[0] ?? 0
  return history.times.map((time) => (time - first) / 1000)
}

function csvOfRuns(lines: readonly RunLine[], key: string, { axis, smooth }: LineFrame): string {
  const isOver = axis.kind === 'metric'
  return csvOf(
    [
      ...['run', 'name', 'step', 'time', ...(isOver ? [axis.name] : []), key],
      ...(smooth > 0 ? [`${key} smoothed`] : []),
    ],
    lines.flatMap(({ run, history }) =>
      history.steps.map((step, at) => [
        ...[run.id, run.name, step, new Date(history.times[at] ?? 0).toISOString()],
        ...(isOver ? [history.x?.[at]] : []),
        history.values[at],
        ...(history.smooth === undefined ? [] : [history.smooth[at]]),
      ]),
    ),
  )
}

/** What of the chart is not what was logged, in words; of a line alone where it ends, too. */
function notesOf(
  lines: readonly RunLine[],
  drawn: readonly PlotLine[],
  { axis, smooth, logY }: LineFrame,
): readonly (string | false)[] {
  const sum = (of: (history: RunLine['history']) => number) =>
    lines.reduce((total, { history }) => total + of(history), 0)
  const shown = sum(({ steps }) => steps.length)
  const odd = sum((history) => history.odd)
  const low = logY
    ? sum(({ values }) => values.filter((each) => typeof each === 'number' && each <= 0).length)
    : 0
  const left = shown - drawn.reduce((all, { x }) => all + x.length, 0)
  const [only, ...others] = lines
  const last = others.length === 0 ? only?.history.values.at(-1) : undefined
  return [
    typeof last === 'number' && `Last ${formatNumber(last, 5)}`,
    smoothed(smooth),
    thinned(
      shown,
      sum(({ total }) => total),
    ),
    odd > 0 && `${plural(odd, 'value')} NaN or infinite`,
    low > 0 && `${plural(low, 'value')} not above 0 left out`,
    axis.kind === 'metric' &&
      left > 0 &&
      `${plural(left, 'point')} left out: before ${axis.name} was logged, or not the last at its value`,
  ]
}
