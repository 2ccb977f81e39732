import { useEffect, useRef, type ReactNode } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { useScheme } from './appearance.ts'
import { resolveColor, seriesToken } from './color.ts'
import { formatNumber } from './format.ts'

export interface Series {
  readonly name: string
  readonly values: readonly (number | null)[]
}

interface LineChartProps {
  readonly label: string
  readonly x: readonly number[]
  readonly xName: string
  /** Whether x is milliseconds of time. */
  readonly time?: boolean
  readonly series: readonly Series[]
  readonly height?: number
}

/** Lines over steps or time; drag to look closer, double-click to look at all. */
export function LineChart(props: LineChartProps): ReactNode {
  const { label, x, xName, time = false, series, height = 220 } = props
  const host = useRef<HTMLDivElement>(null)
  const scheme = useScheme()
  useEffect(() => {
    const element = host.current
    if (element === null) return
    const axis = {
      stroke: resolveColor('--text-muted'),
      grid: { stroke: resolveColor('--line'), width: 1 },
      ticks: { stroke: resolveColor('--line'), width: 1 },
      font: '11px system-ui, sans-serif',
    }
    const chart = new uPlot(
      {
        width: element.clientWidth || 480,
        height,
        scales: { x: { time } },
        ms: 1,
        axes: [
          { ...axis, size: 34 },
          {
            ...axis,
            size: 62,
            values: (_, ticks) => ticks.map((tick) => formatNumber(tick)),
          },
        ],
        series: [
          { label: xName },
          ...series.map((each, index) => {
            const stroke = resolveColor(seriesToken(index))
            return {
              label: each.name,
              stroke,
              width: 1.75,
              spanGaps: true,
              points: { show: x.length < 60, size: 5, fill: stroke },
              value: (_: uPlot, value: number | null) =>
                value === null ? '—' : formatNumber(value),
            }
          }),
        ],
      },
      [[...x], ...series.map((each) => [...each.values])],
      element,
    )
    const resize = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height })
    })
    resize.observe(element)
    return () => {
      resize.disconnect()
      chart.destroy()
    }
  }, [x, xName, time, series, height, scheme])
  return <div className="line-chart" ref={host} role="img" aria-label={summary(label, series)} />
}

function summary(label: string, series: readonly Series[]): string {
  const ends = series.map(({ name, values }) => {
    const known = values.filter((value) => value !== null)
    const last = known.at(-1)
    return last === undefined ? name : `${name} ends at ${formatNumber(last)}`
  })
  return `${label}: ${ends.join(', ')}`
}
