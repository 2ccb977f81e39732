import { useEffect, useRef, type ReactNode } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useScheme } from '../../design/appearance.ts'
import { resolveColor } from '../../design/color.ts'
import { formatNumber, formatTime } from '../../design/format.ts'
import type { XAxis } from './chart-spec.ts'
import { hovered, useHovered } from './hovered.ts'

export interface PlotLine {
  readonly row: number
  readonly name: string
  readonly token: string
  readonly dashed: boolean
  readonly x: readonly number[]
  readonly values: readonly (number | null)[]
  readonly smooth?: readonly (number | null)[]
}

interface LinePlotProps {
  readonly lines: readonly PlotLine[]
  readonly height: number
  readonly axis: XAxis
  readonly logX: boolean
  readonly logY: boolean
  readonly name: string
}

const mostInTip = 8
/** How many points a line has at most to be drawn with dots. */
const dotted = 40

/** Lines of runs; drag to look closer, double-click to look at all. The cursor and the run under it are shared by all charts. */
export function LinePlot(props: LinePlotProps): ReactNode {
  const { lines, height, axis, logX, logY, name } = props
  const host = useRef<HTMLDivElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot>(undefined)
  const scheme = useScheme()
  const places = useRef<readonly number[]>([])
  const isOver = useRef(false)

  useEffect(() => {
    const element = host.current
    if (element === null || lines.length === 0) return
    const drawn = lines.flatMap((line) =>
      line.smooth === undefined
        ? [{ line, values: line.values, isRaw: false }]
        : [
            { line, values: line.values, isRaw: true },
            { line, values: line.smooth, isRaw: false },
          ],
    )
    // By series of the plot, the row of its run; the raw values behind a smoothed line are nobody's to point at.
    const rows = drawn.map(({ line, isRaw }) => (isRaw ? undefined : line.row))
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
          x: { time: axis === 'time', distr: logX ? 3 : 1 },
          y: { distr: logY ? 3 : 1 },
        },
        focus: { alpha: 0.22 },
        cursor: {
          sync: { key: `runs-${axis}`, setSeries: false },
          focus: { prox: 26 },
          points: { size: 7 },
        },
        axes: [
          {
            ...style,
            size: 34,
            ...(axis === 'time'
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
          ...drawn.map(({ line, isRaw, values }) => ({
            label: line.name,
            stroke: resolveColor(line.token),
            width: isRaw ? 1 : 1.75,
            alpha: isRaw ? 0.25 : 1,
            ...(line.dashed ? { dash: [6, 4] } : {}),
            spanGaps: true,
            points: { show: !isRaw && values.length < dotted, size: 4 },
          })),
        ],
        hooks: {
          setSeries: [
            (_, at) => {
              // The cursor of another chart moves this one's too; only the one under the pointer tells.
              if (isOver.current) hovered.set(rows[(at ?? 0) - 1])
            },
          ],
          setCursor: [(self) => tell(self, tip.current, rows, lines, axis)],
        },
      },
      uPlot.join(
        drawn.map(
          ({ line, values }) => [sorted(line.x), sortedBy(line.x, values)] as uPlot.AlignedData,
        ),
      ),
      element,
    )
    chart.current = plot
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
  }, [lines, height, axis, logX, logY, scheme])

  useHovered((row) => {
    const plot = chart.current
    if (plot === undefined || isOver.current) return
    const at = lines.findIndex((line) => line.row === row)
    const place = at === -1 ? null : (places.current[at] ?? null)
    plot.setSeries(place, { focus: true }, false)
  })

  return (
    <div className="line-plot" role="img" aria-label={summary(name, lines)}>
      <div ref={host} />
      <div className="plot-tip" ref={tip} hidden />
    </div>
  )
}

/** Writes what the cursor is on into the tip: the run under it first, then the nearest. */
function tell(
  plot: uPlot,
  tip: HTMLElement | null,
  rows: readonly (number | undefined)[],
  lines: readonly PlotLine[],
  axis: XAxis,
): void {
  if (tip === null) return
  const { idx, left = -1, top = -1 } = plot.cursor
  if (idx === null || idx === undefined || left < 0) {
    tip.hidden = true
    return
  }
  const x = plot.data[0][idx] ?? 0
  const found = rows.flatMap((row, index) => {
    const line = lines.find((each) => each.row === row)
    const value = plot.data[index + 1]?.[idx]
    if (line === undefined || value === null || value === undefined) return []
    return [{ line, value, away: Math.abs(plot.valToPos(value, 'y') - top) }]
  })
  tip.hidden = found.length === 0
  const shown = found.toSorted((a, b) => a.away - b.away).slice(0, mostInTip)
  const head = document.createElement('strong')
  head.textContent = axis === 'time' ? formatTime(x) : tickText(x, axis)
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
      return entry
    }),
  )
  const isRight = left > plot.bbox.width / devicePixelRatio / 2
  tip.style.left = isRight ? '' : `${left + 76}px`
  tip.style.right = isRight ? `${plot.bbox.width / devicePixelRatio - left + 30}px` : ''
}

function tickText(value: number, axis: XAxis): string {
  if (axis !== 'relative') return formatNumber(value)
  if (value >= 7200) return `${formatNumber(value / 3600, 3)} h`
  return value >= 180 ? `${formatNumber(value / 60, 3)} min` : `${formatNumber(value, 3)} s`
}

/** A line's points by x: a clock that went back does not draw backwards. What has no place on the axis is left out. */
function order(x: readonly number[]): readonly number[] {
  const places = x.flatMap((each, index) => (Number.isNaN(each) ? [] : [index]))
  return places.toSorted((a, b) => (x[a] ?? 0) - (x[b] ?? 0))
}

function sorted(x: readonly number[]): number[] {
  return order(x).map((at) => x[at] ?? 0)
}

function sortedBy(x: readonly number[], values: readonly (number | null)[]): (number | null)[] {
  return order(x).map((at) => values[at] ?? null)
}

function summary(name: string, lines: readonly PlotLine[]): string {
  const ends = lines.slice(0, 10).map(({ name: run, values }) => {
    const last = values.findLast((value) => value !== null)
    return last === undefined || last === null ? run : `${run} ends at ${formatNumber(last)}`
  })
  return `${name} of ${lines.length} runs: ${ends.join(', ')}`
}
