import type { ReactNode } from 'react'
import { formatNumber, formatTime, plural } from '../../design/format.ts'
import { nameOf } from './chart-spec.ts'
import type { GroupMean, ScatterAxes, ScatterPoint } from './scatter-points.ts'

interface ScatterTipProps {
  readonly of: ScatterPoint | GroupMean
  readonly axes: ScatterAxes
  readonly width: number
  readonly left: number
  readonly top: number
}

/** What a point of a scatter is, or the mean of a group. */
export function ScatterTip({ of, axes, width, left, top }: ScatterTipProps): ReactNode {
  const { xId, yId, zId } = axes
  const [title, group] =
    'runs' in of
      ? [of.group.name, `mean of ${plural(of.runs, 'run')}`]
      : [of.run.name, of.group?.name]
  return (
    <div
      className="plot-tip"
      style={left > width / 2 ? { right: width - left + 12, top } : { left: left + 12, top }}
    >
      <strong>{title}</strong>
      {group !== undefined && <small className="muted"> {group}</small>}
      <Entry name={nameOf(xId)}>{xId === 'started' ? formatTime(of.x) : formatNumber(of.x)}</Entry>
      <Entry name={nameOf(yId)}>{formatNumber(of.y)}</Entry>
      {zId !== undefined && <Entry name={nameOf(zId)}>{formatNumber(of.z)}</Entry>}
    </div>
  )
}

function Entry({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div>
      <span>{name}</span>
      <b>{children}</b>
    </div>
  )
}
