import { useEffect, useRef, type ReactNode } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useScheme } from '../../design/appearance.ts'
import { resolveColor, resolveFaint } from '../../design/color.ts'
import { formatNumber, formatTime } from '../../design/format.ts'
import type { PlotLine } from './drawable.ts'
import { hovered, useHovered } from './hovered.ts'
import type { LineAxis, LineFrame } from './line-frame.ts'

interface LinePlotProps {
  readonly lines: readonly PlotLine[]
  readonly height: number
  readonly frame: LineFrame
  readonly name: string
}

const mostInTip = 8
/** How many points a line has at most to be drawn with dots. */
const dotted = 40

/** Lines of runs; drag to look closer, double-click to look at all. The cursor and the run under it are shared by all charts. */
export function LinePlot(props: LinePlotProps): ReactNode {
  const { lines, height, frame, name } = props
  const host = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const scheme = useScheme()
  const places = useRef<readonly number[]>([])
  const isOver = useRef(false)

  const mark = useRef<(row: number | undefined) => void>(() => undefined)
  mark.current = (row) => {
    const plot = chart.current
    if (plot === undefined || isOver.current) return
    const at = lines.findIndex((line) => line.row === row)
    const place = at === -1 ? null : (places.current[at] ?? null)
    plot.setSeries(place, { focus: true }, false)
  }

  useEffect(() => {
    const element = host.current
    if (element === null || lines.length === 0) return
    const { axis, logX, logY } = frame
    const drawn = lines.flatMap(curvesOf)
    // By series of the plot, the row of its run; what lies behind a line is nobody's to point at.
    const rows = drawn.map(({ line, part }) => (part === 'line' ? line.row : undefined))
    places.current = lines.map(({ row }) => rows.indexOf(row) + 1)
    const style = {
      stroke: resolveColor('--text-muted'),
      grid: { stroke: resolveColor('--line'), width: 1 },
      ticks: { stroke: resolveColor('--line'), width: 1 },
      font: '11px system-ui, sans-serif',
    }
    const plot = new uPlot(
      {
        width: element.clientWidth || 480,
        height,
        ms: 1,
        legend: { show: false },
        scales: {
          x: { time: axis.kind === 'time', distr: logX ? 3 : 1 },
          y: { distr: logY ? 3 : 1, ...rangeOf(frame) },
        },
        focus: { alpha: 0.22 },
        cursor: {
          sync: { key: `runs-${axis.kind}-${axis.name}`, setSeries: false },
          focus: {
            prox: 26,
            dist: (_, series, __, value, pointer) =>
              rows[series - 1] === undefined ? Infinity : value - pointer,
          },
          points: { size: 7 },
        },
        axes: [
          {
            ...style,
            size: 34,
            ...(axis.own && { label: axis.name, labelSize: 18, labelFont: style.font }),
            ...(axis.kind === 'time'
              ? {}
              : {
                  values: (_: uPlot, ticks: number[]) => ticks.map((each) => tickText(each, axis)),
                }),
          },
          {
            ...style,
            size: 60,
            values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatNumber(tick, 3))),
          },
        ],
        series: [
          {},
          ...drawn.map(({ line, part, values }) => ({
            label: line.name,
            stroke: part === 'edge' ? 'transparent' : resolveColor(line.token),
            width: part === 'line' ? 1.75 : 1,
            alpha: part === 'raw' ? 0.25 : 1,
            ...(line.dashed ? { dash: [6, 4] } : {}),
            spanGaps: true,
            points: { show: part === 'line' && values.length < dotted, size: 4 },
          })),
        ],
        bands: bandsOf(drawn),
        hooks: {
          setSeries: [
            (_, at) => {
              // The cursor of another chart moves this one's too; only the one under the pointer tells.
              if (isOver.current) hovered.set(rows[(at ?? 0) - 1])
            },
          ],
          setCursor: [(self) => tell(self, tip.current, drawn, axis)],
        },
      },
      uPlot.join(drawn.map(({ line, values }) => [[...line.x], [...values]] as uPlot.AlignedData)),
      element,
    )
    chart.current = plot
    mark.current(hovered.get())
    const enter = () => {
      isOver.current = true
    }
    const leave = () => {
      isOver.current = false
      hovered.set(undefined)
    }
    element.addEventListener('pointerenter', enter)
    element.addEventListener('pointerleave', leave)
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }))
    resize.observe(element)
    return () => {
      element.removeEventListener('pointerenter', enter)
      element.removeEventListener('pointerleave', leave)
      resize.disconnect()
      plot.destroy()
      chart.current = undefined
    }
  }, [lines, height, frame, scheme])

  useHovered((row) => mark.current(row))

  return (
    <div className="line-plot" role="img" aria-label={summary(name, lines)}>
      <div ref={host} />
      <div className="plot-tip" ref={tip} hidden />
    </div>
  )
}

interface Curve {
  readonly line: PlotLine
  /** The line itself, what was logged behind a smoothed one, or an edge of the range of a mean. */
  readonly part: 'line' | 'raw' | 'edge'
  readonly values: readonly (number | null)[]
}

/** What is drawn of a line, the edges of its range first and itself last. */
function curvesOf(line: PlotLine): readonly Curve[] {
  const { range, smooth, values } = line
  return [
    ...(range === undefined ? [] : [range.low, range.high]).map((edge): Curve => ({
      line,
      part: 'edge',
      values: edge,
    })),
    ...(smooth === undefined ? [] : [{ line, part: 'raw' as const, values }]),
    { line, part: 'line', values: smooth ?? values },
  ]
}

/** Each upper edge and the lower one before it, with the colour between them. Series count from 1, after x. */
function bandsOf(drawn: readonly Curve[]): uPlot.Band[] {
  return drawn.flatMap(({ line, part }, index): uPlot.Band[] => {
    const isUpper = part === 'edge' && drawn[index - 1]?.values === line.range?.low
    return isUpper ? [{ series: [index + 1, index], fill: resolveFaint(line.token, 16) }] : []
  })
}

/** The vertical axis as it would be, but for the ends that are set. */
function rangeOf({ logY, yFrom, yTo }: LineFrame): Pick<uPlot.Scale, 'range'> {
  if (yFrom === undefined && yTo === undefined) return {}
  return {
    range: (_, least, greatest) => {
      // Where there is nothing to draw there are no ends.
      if (!Number.isFinite(least)) return [yFrom ?? null, yTo ?? null]
      const [low, high] = logY
        ? uPlot.rangeLog(least, greatest, 10, true)
        : uPlot.rangeNum(least, greatest, 0.1, true)
      return [yFrom ?? low, yTo ?? high]
    },
  }
}

/** Writes what the cursor is on into the tip: the run under it first, then the nearest. */
function tell(plot: uPlot, tip: HTMLElement | null, drawn: readonly Curve[], axis: LineAxis): void {
  if (tip === null) return
  const { idx, left = -1, top = -1 } = plot.cursor
  if (idx === null || idx === undefined || left < 0) {
    tip.hidden = true
    return
  }
  const x = plot.data[0][idx] ?? 0
  const found = drawn.flatMap(({ line, part }, index) => {
    const value = plot.data[index + 1]?.[idx]
    if (part !== 'line' || value === null || value === undefined) return []
    return [{ line, value, away: Math.abs(plot.valToPos(value, 'y') - top) }]
  })
  tip.hidden = found.length === 0
  const shown = found.toSorted((a, b) => a.away - b.away).slice(0, mostInTip)
  const head = document.createElement('strong')
  head.textContent = axis.kind === 'time' ? formatTime(x) : tickText(x, axis)
  tip.replaceChildren(
    head,
    ...shown.map(({ line, value }) => {
      const entry = document.createElement('div')
      const dot = document.createElement('i')
      dot.style.background = `var(${line.token})`
      const name = document.createElement('span')
      name.textContent = line.name
      const number = document.createElement('b')
      number.textContent = formatNumber(value, 5)
      entry.append(dot, name, number)
      const at = line.x.indexOf(x)
      const [low, high] = [line.range?.low[at], line.range?.high[at]].map((each) => each ?? NaN)
      if (line.range !== undefined && at !== -1) {
        const range = document.createElement('small')
        range.textContent = `${formatNumber(low ?? NaN, 3)} … ${formatNumber(high ?? NaN, 3)}`
        entry.append(range)
      }
      return entry
    }),
  )
  const isRight = left + 76 + tip.offsetWidth > plot.width
  tip.style.left = isRight ? '' : `${left + 76}px`
  tip.style.right = isRight ? `${plot.bbox.width / devicePixelRatio - left + 30}px` : ''
}

function tickText(value: number, { kind }: LineAxis): string {
  if (kind !== 'relative') return formatNumber(value)
  if (value >= 7200) return `${formatNumber(value / 3600, 3)} h`
  return value >= 180 ? `${formatNumber(value / 60, 3)} min` : `${formatNumber(value, 3)} s`
}

/** The chart for who does not see it: where each line ends. */
function summary(name: string, lines: readonly PlotLine[]): string {
  const endOf = ({ values }: PlotLine) => {
    const last = values.findLast((value) => value !== null)
    return last === undefined || last === null ? '' : ` ends at ${formatNumber(last)}`
  }
  const [only, ...others] = lines
  if (only !== undefined && others.length === 0) return `${name}${endOf(only)}`
  const ends = lines.slice(0, 10).map((line) => `${line.name}${endOf(line)}`)
  return `${name} of ${lines.length}: ${ends.join(', ')}`
}
