import { useRef, type ReactNode } from 'react'
import { formatNumber, plural } from '../../design/format.ts'
import { csvOf, svgText } from './figure.ts'
import { hovered } from './hovered.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { useWidth } from './plot.tsx'
import { extent, linearScale } from './scales.ts'
import { useChartRuns, valueOf } from './use-chart-data.ts'

const mostBars = 40
/** Of the letters of an axis, in pixels, rather too wide than too narrow. */
const letterWidth = 6.6

/** The last value of a metric, one bar a run, the greatest first. */
export function BarPanel({ table, spec, height, figure }: PanelProps): ReactNode {
  const column = spec.y ?? ''
  const { runs } = useChartRuns(table, [column], 'shown')
  const [host, width] = useWidth()
  const svg = useRef<SVGSVGElement>(null)
  const bars = runs
    .flatMap((run) => {
      const value = valueOf(run, column)
      return value === undefined ? [] : [{ run: run.run, value }]
    })
    .toSorted((a, b) => b.value - a.value)
  const shown = bars.slice(0, mostBars)
  figure.current = {
    csv: () =>
      csvOf(
        ['run', 'name', column],
        bars.map(({ run, value }) => [run.id, run.name, value]),
      ),
    svg: () => (svg.current === null ? '' : svgText(svg.current)),
  }
  if (bars.length === 0) return <Nothing>None of the runs shown has a value.</Nothing>
  const letters = Math.max(...shown.map(({ run }) => run.name.length))
  const names = Math.min(letters * letterWidth + 14, 190, width * 0.36)
  const [low, high] = extent([0, ...shown.map(({ value }) => value)]) ?? [0, 1]
  const x = linearScale([low, high], [names, Math.max(names + 40, width - 64)])
  const step = Math.min(26, (height - 8) / shown.length)
  return (
    <div ref={host}>
      <svg
        ref={svg}
        className="plot"
        role="img"
        aria-label={`${column}: ${shown.map(({ run, value }) => `${run.name} ${formatNumber(value)}`).join(', ')}`}
        width={width}
        height={Math.max(height, shown.length * step)}
      >
        {shown.map(({ run, value }, index) => {
          const [from, to] = [x(0), x(value)].toSorted((a, b) => a - b)
          const middle = index * step + step / 2
          const look = table.looks.get(run.row)
          return (
            <g
              key={run.row}
              onPointerEnter={() => hovered.set(run.row)}
              onPointerLeave={() => hovered.set(undefined)}
            >
              {step > 9 && (
                <text
                  className="plot-tick"
                  x={names - 8}
                  y={middle}
                  textAnchor="end"
                  dominantBaseline="central"
                >
                  {shortened(run.name, names)}
                </text>
              )}
              <rect
                x={from ?? 0}
                y={index * step + step * 0.15}
                width={Math.max(1, (to ?? 0) - (from ?? 0))}
                height={step * 0.7}
                rx={2}
                style={{ fill: `var(${look?.token ?? '--series-8'})` }}
              />
              {step > 9 && (
                <text
                  className="plot-value"
                  x={(to ?? 0) + 6}
                  y={middle}
                  dominantBaseline="central"
                >
                  {formatNumber(value)}
                </text>
              )}
            </g>
          )
        })}
      </svg>
      {bars.length > mostBars && (
        <p className="chart-note">
          The greatest {mostBars} of {plural(bars.length, 'run')}.
        </p>
      )}
    </div>
  )
}

function shortened(name: string, width: number): string {
  const letters = Math.floor((width - 8) / letterWidth)
  return name.length > letters ? `${name.slice(0, letters - 1)}…` : name
}
