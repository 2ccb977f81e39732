import type { ReactNode } from 'react'
import type { RunLook } from '../run-table/run-colors.ts'
import type { ChartGroup } from './panel.ts'
import type { GroupMean } from './scatter-points.ts'

interface GroupMeansProps {
  readonly means: readonly GroupMean[]
  readonly looks: ReadonlyMap<number, RunLook>
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly onOver: (row: number | undefined) => void
}

const size = 7
const lineHeight = 13

/** The mean of each group as a diamond with its name, which is the legend of the points too. */
export function GroupMeans({ means, looks, x, y, onOver }: GroupMeansProps): ReactNode {
  const middle = means.reduce((sum, mean) => sum + x(mean.x) / means.length, 0)
  const placed = means.map((mean) => {
    const [left, top] = [x(mean.x), y(mean.y)]
    // Names stand away from the other means.
    return { group: mean.group, left, top, isLeft: means.length > 1 && left < middle }
  })
  const tops = apart(placed)
  return placed.map(({ group, left, top, isLeft }) => (
    <g
      key={group.row}
      className="plot-mean"
      onPointerEnter={() => onOver(group.row)}
      onPointerLeave={() => onOver(undefined)}
    >
      <path
        d={`M${left} ${top - size}L${left + size} ${top}L${left} ${top + size}L${left - size} ${top}Z`}
        style={{ fill: `var(${looks.get(group.row)?.token ?? '--series-8'})` }}
      />
      <text
        x={left + (isLeft ? -size - 3 : size + 3)}
        y={tops.get(group.row) ?? top}
        textAnchor={isLeft ? 'end' : 'start'}
        dominantBaseline="central"
      >
        {group.name}
      </text>
    </g>
  ))
}

/** Where names stand so that none is on another of its side: those that are too near move down. */
function apart(
  placed: readonly { readonly group: ChartGroup; readonly top: number; readonly isLeft: boolean }[],
): ReadonlyMap<number, number> {
  const tops = new Map<number, number>()
  const last = { left: -Infinity, right: -Infinity }
  for (const { group, top, isLeft } of placed.toSorted((a, b) => a.top - b.top)) {
    const side = isLeft ? 'left' : 'right'
    last[side] = Math.max(top, last[side] + lineHeight)
    tops.set(group.row, last[side])
  }
  return tops
}
