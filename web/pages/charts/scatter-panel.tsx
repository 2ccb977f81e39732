import { useMemo, useRef, useState, type ReactNode } from 'react'
import { formatNumber, formatTime, plural } from '../../design/format.ts'
import { useGo } from '../../design/link.tsx'
import { paths } from '../../app/paths.ts'
import { arrowKeys } from './arrow-keys.ts'
import { nameOf } from './chart-spec.ts'
import { svgText } from './figure.ts'
import { GroupMeans } from './group-means.tsx'
import { leftOut } from './left-out.ts'
import { hovered } from './hovered.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { margin, Plot, useWidth } from './plot.tsx'
import { extent, linearScale, logScale } from './scales.ts'
import {
  csvOfPoints,
  meansOf,
  pointsOf,
  type GroupMean,
  type ScatterAxes,
  type ScatterPoint,
} from './scatter-points.ts'
import { ScatterTip } from './scatter-tip.tsx'
import { surface } from './surface.ts'
import { mostRuns, useChartRuns } from './use-chart-data.ts'

const bands = 9
const cells = 48

/** Runs as points over two columns; with a third, its surface between them in bands of colour. Groups have a colour and a mean each. */
export function ScatterPanel({ table, spec, settings, height, figure }: PanelProps): ReactNode {
  const [xId, yId, zId] = [spec.x ?? 'started', spec.y ?? '', spec.z]
  const logX = spec.logX ?? false
  const logY = spec.logY ?? settings.logY
  const columns = [xId, yId, zId].filter((each) => each?.includes('.')) as string[]
  const { runs, total } = useChartRuns(table, columns, 'all')
  const [host, width] = useWidth()
  const svg = useRef<SVGSVGElement>(null)
  const [over, setOver] = useState<number>()
  const go = useGo()
  const axes = useMemo(() => ({ xId, yId, zId, logX, logY }), [xId, yId, zId, logX, logY])
  const points = useMemo(() => pointsOf(runs, axes), [runs, axes])
  const isGrouped = table.grouped !== undefined
  const means = useMemo(() => (isGrouped ? meansOf(points) : undefined), [points, isGrouped])
  figure.current = {
    csv: () => csvOfPoints(points, means, axes),
    svg: () => (svg.current === null ? '' : svgText(svg.current)),
  }
  const [xs, ys] = [extent(points.map(({ x }) => x)), extent(points.map(({ y }) => y))]
  const zs = extent(points.map(({ z }) => z)) ?? [0, 1]
  const x = (logX ? logScale : linearScale)(xs ?? [0, 1], [margin.left, width - margin.right])
  const y = (logY ? logScale : linearScale)(ys ?? [0, 1], [height - margin.bottom, margin.top])
  const areas = useMemo(() => {
    if (zId === undefined || width === 0 || points.length < 3) return []
    const wide = width - margin.left - margin.right
    const tall = height - margin.top - margin.bottom
    const unit = points.map((point) => ({
      x: (x(point.x) - margin.left) / wide,
      y: (y(point.y) - margin.top) / tall,
      z: point.z,
    }))
    return surface(unit, cells).flatMap((line, row) =>
      joined(line, zs).map((each) => ({ ...each, row })),
    )
  }, [points, zId, width, height])
  if (points.length === 0) {
    return <Nothing>No run has both values as numbers.</Nothing>
  }
  const mark = (row: number | undefined) => {
    setOver(row)
    hovered.set(row)
  }
  const shown =
    points.find(({ run }) => run.row === over) ?? means?.find(({ group }) => group.row === over)
  const [wide, tall] = [width - margin.left - margin.right, height - margin.top - margin.bottom]
  return (
    <div
      ref={host}
      className="plot-host"
      aria-label={`Points of ${nameOf(yId)} by ${nameOf(xId)}, by arrow keys`}
      {...arrowKeys({
        rows: [...inReading(points).map(({ run }) => run.row), ...(means ?? []).map(rowOf)],
        present: over,
        onMark: mark,
        onOpen: (row) => {
          const run = points.find((point) => point.run.row === row)?.run
          if (run !== undefined) go(paths.run(run.id))
        },
      })}
    >
      <Plot
        ref={svg}
        label={[`${nameOf(yId)} by ${nameOf(xId)} of ${plural(points.length, 'run')}`]
          .concat(means?.map((mean) => saidOf(mean, axes)) ?? [])
          .join('; ')}
        {...{ width, height, x, y }}
        xName={`${nameOf(xId)}${logX ? ' (log)' : ''}`}
        yName={`${nameOf(yId)}${logY ? ' (log)' : ''}`}
        {...(xId === 'started' ? { xText: formatTime } : {})}
      >
        {areas.map(({ row, from, to, band }) => (
          <rect
            key={`${row}-${from}`}
            x={margin.left + (from / cells) * wide}
            y={margin.top + (row / cells) * tall}
            width={((to - from) / cells) * wide + 0.5}
            height={tall / cells + 0.5}
            style={{ fill: bandColor(band) }}
          />
        ))}
        {points.map(({ run, group, x: px, y: py }) => {
          // Of grouped runs, those of groups that are not in the charts have no colour of their own either.
          const look = table.looks.get(isGrouped ? (group?.row ?? 0) : run.row)
          const isChosen = table.selected.has(run.row)
          const isLarge = isChosen || (look !== undefined && !isGrouped)
          return (
            <circle
              key={run.row}
              cx={x(px)}
              cy={y(py)}
              r={run.row === over ? 7 : isLarge ? 5 : 3.5}
              className={look === undefined ? 'plot-point faint' : 'plot-point'}
              style={look === undefined ? undefined : { fill: `var(${look.token})` }}
              onPointerEnter={() => mark(run.row)}
              onPointerLeave={() => mark(undefined)}
              onClick={() => go(paths.run(run.id))}
            />
          )
        })}
        {means !== undefined && (
          <GroupMeans {...{ means, x, y }} looks={table.looks} onOver={mark} />
        )}
      </Plot>
      <div role="status">
        {shown !== undefined && (
          <ScatterTip of={shown} {...{ axes, width }} left={x(shown.x)} top={y(shown.y)} />
        )}
      </div>
      <p className="chart-note">
        {[
          means !== undefined && 'In the colours of the groups, with the mean of each as a diamond',
          ...leftOut(table, points),
          total > mostRuns &&
            `the first ${mostRuns} of ${plural(total, 'run')} in the table’s order`,
          zId !== undefined &&
            `${nameOf(zId)} from ${formatNumber(zs[0])} (faint) to ${formatNumber(zs[1])} (strong), interpolated between runs by distance`,
        ]
          .filter((note) => note !== false)
          .join(' · ')}
      </p>
    </div>
  )
}

/** From left to right, and of those at one place from below. */
function inReading(points: readonly ScatterPoint[]): readonly ScatterPoint[] {
  return points.toSorted((a, b) => a.x - b.x || a.y - b.y)
}

function rowOf({ group }: GroupMean): number {
  return group.row
}

function saidOf({ group, runs, x, y }: GroupMean, { xId }: ScatterAxes): string {
  const across = xId === 'started' ? formatTime(x) : formatNumber(x)
  return `${group.name} mean ${formatNumber(y)} at ${across} of ${plural(runs, 'run')}`
}

interface Strip {
  readonly from: number
  readonly to: number
  readonly band: number
}

/** Neighbours of one band as one strip. */
function joined(line: readonly number[], [low, high]: readonly [number, number]): readonly Strip[] {
  const strips: { from: number; to: number; band: number }[] = []
  line.forEach((value, at) => {
    const share = high === low ? 0.5 : (value - low) / (high - low)
    const band = Math.min(bands - 1, Math.max(0, Math.floor(share * bands)))
    const last = strips.at(-1)
    if (last?.band === band) last.to = at + 1
    else strips.push({ from: at, to: at + 1, band })
  })
  return strips
}

function bandColor(band: number): string {
  const share = Math.round(6 + (band / (bands - 1)) * 74)
  return `color-mix(in srgb, var(--series-1) ${share}%, var(--surface))`
}
