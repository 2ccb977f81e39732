import type { ReactNode } from 'react'
import type { RunLook } from '../run-table/run-colors.ts'
import type { GroupMean } from './scatter-points.ts'

interface GroupMeansProps {
  readonly means: readonly GroupMean[]
  readonly looks: ReadonlyMap<number, RunLook>
  readonly x: (value: number) => number
  readonly y: (value: number) => number
  readonly onOver: (row: number | undefined) => void
}

const size = 7

/** The mean of each group as a diamond with its name, which is the legend of the points too. */
export function GroupMeans({ means, looks, x, y, onOver }: GroupMeansProps): ReactNode {
  const middle = means.reduce((sum, mean) => sum + x(mean.x) / means.length, 0)
  return means.map(({ group, ...mean }) => {
    const [left, top] = [x(mean.x), y(mean.y)]
    // Names stand away from the other means.
    const isLeft = means.length > 1 && left < middle
    return (
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
          y={top}
          textAnchor={isLeft ? 'end' : 'start'}
          dominantBaseline="central"
        >
          {group.name}
        </text>
      </g>
    )
  })
}
