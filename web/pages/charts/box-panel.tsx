import { useRef, type CSSProperties, type ReactNode } from 'react'
import { compareValues } from '../../design/compare-values.ts'
import { formatNumber, plural } from '../../design/format.ts'
import { nameOf } from './chart-spec.ts'
import { csvOf, svgText } from './figure.ts'
import { leftOut } from './left-out.ts'
import { Nothing } from './nothing.tsx'
import type { PanelProps } from './panel.ts'
import { margin, Plot, useWidth } from './plot.tsx'
import { quartiles, type Quartiles } from './quartiles.ts'
import { extent, linearScale } from './scales.ts'
import { kindOf, mostRuns, useChartRuns, valueOf, type ChartRun } from './use-chart-data.ts'

const mostBoxes = 16

/** How a metric is spread among the runs, by the values of a param or tag; without one, by the groups of the table. */
export function BoxPanel({ table, spec, height, figure }: PanelProps): ReactNode {
  const [by, column] = [spec.x, spec.y ?? '']
  const { runs, total } = useChartRuns(table, by?.includes('.') ? [column, by] : [column], 'all')
  const [host, width] = useWidth()
  const svg = useRef<SVGSVGElement>(null)
  const isGrouped = by === undefined && table.grouped !== undefined
  const all = isGrouped ? boxesOfGroups(runs, column) : boxesOfKinds(runs, column, by)
  const boxes = all.slice(0, mostBoxes)
  figure.current = {
    csv: () =>
      csvOf(
        [isGrouped ? 'group' : (by ?? 'runs'), 'count', 'low', 'q1', 'median', 'q3', 'high'],
        all.map(({ kind, count, box }) => [
          ...[kind, count],
          ...[box.low, box.q1, box.median, box.q3, box.high],
        ]),
      ),
    svg: () => (svg.current === null ? '' : svgText(svg.current)),
  }
  if (boxes.length === 0) return <Nothing>No run has a value of {column}.</Nothing>
  const range = extent(boxes.flatMap(({ box }) => [box.low, box.high, ...box.outside])) ?? [0, 1]
  const y = linearScale(range, [height - margin.bottom, margin.top])
  const [left, right] = [margin.left, width - margin.right]
  const step = (right - left) / boxes.length
  const middle = (index: number) => left + step * (index + 0.5)
  const x = Object.assign(middle, {
    ticks: boxes.map((_, index) => index),
    domain: [0, boxes.length - 1] as const,
  })
  return (
    <div ref={host}>
      <Plot
        ref={svg}
        label={`${nameOf(column)}: ${boxes.map(({ kind, box }) => `${kind} median ${formatNumber(box.median)}`).join(', ')}`}
        {...{ width, height, x, y }}
        xName={(isGrouped ? (table.grouped?.by ?? []) : by === undefined ? [] : [by])
          .map(nameOf)
          .join(' · ')}
        yName={nameOf(column)}
        xText={(index) => (boxes[index]?.kind ?? '').slice(0, Math.max(3, Math.floor(step / 7)))}
      >
        {boxes.map(({ kind, count, box, row }, index) => (
          <Box
            key={row ?? kind}
            box={box}
            at={middle(index)}
            wide={Math.max(0, Math.min(64, step * 0.6))}
            y={y}
            token={table.looks.get(row ?? 0)?.token}
          >
            {`${kind}: ${plural(count, 'run')}, median ${formatNumber(box.median)}, quartiles ${formatNumber(box.q1)} and ${formatNumber(box.q3)}`}
          </Box>
        ))}
      </Plot>
      <p className="chart-note">
        {[
          'Quartiles; whiskers to 1.5 times their distance',
          ...(isGrouped ? leftOut(table, runs) : []),
          total > mostRuns && `the first ${mostRuns} of ${plural(total, 'run')}`,
          all.length > boxes.length && `${boxes.length} of ${all.length} values`,
        ]
          .filter((note) => note !== false)
          .join(' · ')}
      </p>
    </div>
  )
}

interface KindBox {
  readonly kind: string
  readonly count: number
  readonly box: Quartiles
  /** What charts call the group by that it is of. */
  readonly row?: number
}

function boxesOfKinds(
  runs: readonly ChartRun[],
  column: string,
  by: string | undefined,
): readonly KindBox[] {
  const kinds = Map.groupBy(runs, (run) => (by === undefined ? 'all runs' : kindOf(run, by)))
  return [...kinds]
    .flatMap(([kind, own]) => boxOf(kind, own, column))
    .toSorted((a, b) => compareValues(asNumber(a.kind), asNumber(b.kind)))
}

/** In the order of the table. */
function boxesOfGroups(runs: readonly ChartRun[], column: string): readonly KindBox[] {
  const groups = Map.groupBy(runs, ({ group }) => group)
  return [...groups]
    .flatMap(([group, own]) =>
      group === undefined
        ? []
        : boxOf(group.name, own, column).map((box) => ({ ...box, row: group.row })),
    )
    .toSorted((a, b) => b.row - a.row)
}

function boxOf(kind: string, runs: readonly ChartRun[], column: string): readonly KindBox[] {
  const values = runs.flatMap((run) => valueOf(run, column) ?? [])
  const box = quartiles(values)
  return box === undefined ? [] : [{ kind, count: values.length, box }]
}

function Box({ box, at, wide, y, token, children }: BoxProps): ReactNode {
  return (
    <g
      className="plot-box"
      style={token === undefined ? undefined : ({ '--box': `var(${token})` } as CSSProperties)}
    >
      <title>{children}</title>
      <line x1={at} x2={at} y1={y(box.low)} y2={y(box.high)} />
      {[box.low, box.high].map((end, index) => (
        <line key={index} x1={at - wide / 4} x2={at + wide / 4} y1={y(end)} y2={y(end)} />
      ))}
      <rect
        x={at - wide / 2}
        y={y(box.q3)}
        width={wide}
        height={Math.max(1, y(box.q1) - y(box.q3))}
        rx={2}
      />
      <line
        className="median"
        x1={at - wide / 2}
        x2={at + wide / 2}
        y1={y(box.median)}
        y2={y(box.median)}
      />
      {box.outside.map((value, index) => (
        <circle key={index} cx={at} cy={y(value)} r={2.5} />
      ))}
    </g>
  )
}

interface BoxProps {
  readonly box: Quartiles
  readonly at: number
  readonly wide: number
  readonly y: (value: number) => number
  readonly token: string | undefined
  readonly children: string
}

function asNumber(text: string): number | string {
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}
