import { useRef, type ReactNode } from 'react'
import type { PlotLine } from './drawable.ts'
import type { LineFrame } from './line-frame.ts'
import { LinePlot } from './line-plot.tsx'
import { lineSvg } from './line-svg.ts'
import type { PanelProps } from './panel.ts'

interface LineFigureProps extends Pick<PanelProps, 'height' | 'figure'> {
  readonly lines: readonly PlotLine[]
  readonly frame: LineFrame
  readonly name: string
  readonly csv: () => string
  /** What of it is not what was logged. */
  readonly notes: readonly (string | false)[]
}

/** Lines with the notes under them, to be taken away as a drawing and as numbers. */
export function LineFigure(props: LineFigureProps): ReactNode {
  const { lines, frame, name, height, figure, csv } = props
  const host = useRef<HTMLDivElement>(null)
  const notes = props.notes.filter((note) => note !== false)
  figure.current = {
    csv,
    svg: () =>
      lineSvg(lines, { width: host.current?.clientWidth ?? 600, height, yName: name, frame }),
  }
  return (
    <div className="stack tight" ref={host}>
      <LinePlot lines={lines} height={height} frame={frame} name={name} />
      {notes.length > 0 && <p className="chart-note">{notes.join(' · ')}</p>}
    </div>
  )
}
