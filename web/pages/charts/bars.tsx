import { useRef, useState, type ReactNode } from 'react'
import { formatNumber, plural } from '../../design/format.ts'
import type { RunLook } from '../run-table/run-colors.ts'
import { arrowKeys } from './arrow-keys.ts'
import { svgText } from './figure.ts'
import { hovered } from './hovered.ts'
import type { PanelProps } from './panel.ts'
import { PlotTip } from './plot-tip.tsx'
import { useWidth } from './plot.tsx'
import { extent, linearScale } from './scales.ts'
import { letterWidth, shortened } from './shortened.ts'

const mostBars = 40
/** Lower bars have no room for a name and a value beside them. */
const lowestNamed = 9
const noText = 8

export interface Bar {
  /** What charts call it by. */
  readonly row: number
  readonly name: string
  readonly value: number
  /** Of a mean: of what. */
  readonly of?: { readonly runs: number; readonly low: number; readonly high: number }
}

interface BarsProps extends Pick<PanelProps, 'height' | 'figure'> {
  readonly bars: readonly Bar[]
  readonly looks: ReadonlyMap<number, RunLook>
  /** What they are the values of. */
  readonly name: string
  readonly csv: () => string
  /** What one bar is. */
  readonly kind: 'run' | 'group'
  readonly notes?: readonly string[]
}

/** Bars, the greatest first, each with its value; a mean with whiskers to the least and the greatest it is of. */
export function Bars({
  bars,
  looks,
  name,
  height,
  figure,
  csv,
  kind,
  notes,
}: BarsProps): ReactNode {
  const [host, width] = useWidth()
  const svg = useRef<SVGSVGElement>(null)
  const [over, setOver] = useState<number>()
  figure.current = { csv, svg: () => (svg.current === null ? '' : svgText(svg.current)) }
  const shown = bars.toSorted((a, b) => b.value - a.value).slice(0, mostBars)
  const step = Math.min(26, (height - 8) / shown.length)
  const isNamed = step > lowestNamed
  const letters = Math.max(...shown.map((bar) => bar.name.length))
  const names = isNamed ? Math.min(letters * letterWidth + 14, 190, width * 0.36) : noText
  const values = isNamed
    ? Math.max(...shown.map((bar) => valueText(bar).length)) * letterWidth + 20
    : noText
  const ends = shown.flatMap(({ value, of }) => (of === undefined ? value : [of.low, of.high]))
  const [low, high] = extent([0, ...ends]) ?? [0, 1]
  const x = linearScale([low, high], [names, Math.max(names + 40, width - values)])
  const all = [
    ...(notes ?? []),
    ...(bars.length > mostBars ? [`The greatest ${mostBars} of ${plural(bars.length, kind)}`] : []),
  ]
  const mark = (row: number | undefined) => {
    setOver(row)
    hovered.set(row)
  }
  const at = shown.findIndex(({ row }) => row === over)
  const told = shown[at]
  return (
    <div
      ref={host}
      className="plot-host"
      aria-label={`Bars of ${name}, by arrow keys`}
      {...arrowKeys({ rows: shown.map(({ row }) => row), present: over, onMark: mark })}
    >
      <svg
        ref={svg}
        className="plot"
        role="img"
        aria-label={`${name}: ${shown.map(said).join(', ')}`}
        width={width}
        height={Math.max(height, shown.length * step)}
      >
        {shown.map((bar, index) => (
          <BarLine
            key={bar.row}
            {...{ bar, x, names, step, isNamed }}
            top={index * step}
            token={looks.get(bar.row)?.token ?? '--series-8'}
            isOver={bar.row === over}
            onOver={mark}
          />
        ))}
      </svg>
      <div role="status">
        {told !== undefined && (
          <PlotTip {...tipOf(told, name)} {...{ width }} left={x(0)} top={(at + 1) * step} />
        )}
      </div>
      {all.length > 0 && <p className="chart-note">{all.join(' · ')}</p>}
    </div>
  )
}

interface BarLineProps {
  readonly bar: Bar
  readonly x: (value: number) => number
  readonly names: number
  readonly step: number
  readonly isNamed: boolean
  readonly top: number
  readonly token: string
  readonly isOver: boolean
  readonly onOver: (row: number | undefined) => void
}

function BarLine(props: BarLineProps): ReactNode {
  const { bar, x, names, step, isNamed, top, token, isOver, onOver } = props
  const { row, name, value, of } = bar
  const [from = 0, to = 0] = [x(0), x(value)].toSorted((a, b) => a - b)
  const middle = top + step / 2
  return (
    <g
      className={isOver ? 'plot-bar over' : 'plot-bar'}
      onPointerEnter={() => onOver(row)}
      onPointerLeave={() => onOver(undefined)}
    >
      {isNamed && (
        <text
          className="plot-tick"
          x={names - 8}
          y={middle}
          textAnchor="end"
          dominantBaseline="central"
        >
          {shortened(name, names - 8)}
        </text>
      )}
      <rect
        x={from}
        y={top + step * 0.15}
        width={Math.max(1, to - from)}
        height={step * 0.7}
        rx={2}
        style={{ fill: `var(${token})` }}
      />
      {of !== undefined && (
        <Whisker from={x(of.low)} to={x(of.high)} y={middle} high={step * 0.4} />
      )}
      {isNamed && (
        <text
          className="plot-value"
          x={Math.max(to, of === undefined ? to : x(of.high)) + 6}
          y={middle}
          dominantBaseline="central"
        >
          {valueText(bar)}
        </text>
      )}
    </g>
  )
}

function tipOf({ name, value, of }: Bar, metric: string) {
  if (of === undefined) return { title: name, entries: [[metric, formatNumber(value)] as const] }
  return {
    title: name,
    note: plural(of.runs, 'run'),
    entries: [
      [`${metric} mean`, formatNumber(value)],
      ['least', formatNumber(of.low)],
      ['greatest', formatNumber(of.high)],
    ] as const,
  }
}

interface WhiskerProps {
  readonly from: number
  readonly to: number
  readonly y: number
  readonly high: number
}

/** With the colour of the surface behind it, so that it is seen over a bar of any colour. */
function Whisker({ from, to, y, high }: WhiskerProps): ReactNode {
  const end = `v${high / 2}v${-high}`
  const drawn = `M${from} ${y}${end}M${to} ${y}${end}M${from} ${y}H${to}`
  return (
    <g className="plot-whisker">
      <path className="behind" d={drawn} />
      <path d={drawn} />
    </g>
  )
}

function valueText({ value, of }: Bar): string {
  return of === undefined
    ? formatNumber(value)
    : `${formatNumber(value)} · ${plural(of.runs, 'run')}`
}

function said({ name, value, of }: Bar): string {
  return of === undefined
    ? `${name} ${formatNumber(value)}`
    : `${name} mean ${formatNumber(value)} of ${plural(of.runs, 'run')}, from ${formatNumber(of.low)} to ${formatNumber(of.high)}`
}
