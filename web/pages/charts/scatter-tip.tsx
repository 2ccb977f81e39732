import type { ReactNode } from 'react'
import { formatNumber, formatTime, plural } from '../../design/format.ts'
import { nameOf } from './chart-spec.ts'
import { PlotTip } from './plot-tip.tsx'
import type { GroupMean, ScatterAxes, ScatterPoint } from './scatter-points.ts'

interface ScatterTipProps {
  readonly of: ScatterPoint | GroupMean
  readonly axes: ScatterAxes
  readonly width: number
  readonly left: number
  readonly top: number
}

/** What a point of a scatter is, or the mean of a group. */
export function ScatterTip({ of, axes, ...place }: ScatterTipProps): ReactNode {
  const { xId, yId, zId } = axes
  const [title, note] =
    'runs' in of
      ? [of.group.name, `mean of ${plural(of.runs, 'run')}`]
      : [of.run.name, of.group?.name]
  return (
    <PlotTip
      {...{ title, note, ...place }}
      entries={[
        [nameOf(xId), xId === 'started' ? formatTime(of.x) : formatNumber(of.x)],
        [nameOf(yId), formatNumber(of.y)],
        ...(zId === undefined ? [] : [[nameOf(zId), formatNumber(of.z)] as const]),
      ]}
    />
  )
}
