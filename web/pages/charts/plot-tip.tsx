import type { ReactNode } from 'react'

interface PlotTipProps {
  readonly title: string
  readonly note?: string | undefined
  readonly entries: readonly (readonly [name: string, text: string])[]
  /** Of the drawing; what is right of its middle has its tip on the left. */
  readonly width: number
  readonly left: number
  readonly top: number
}

/** What the mark of a drawing is that the pointer is over, or that keys went to. */
export function PlotTip({ title, note, entries, width, left, top }: PlotTipProps): ReactNode {
  return (
    <div
      className="plot-tip"
      style={left > width / 2 ? { right: width - left + 12, top } : { left: left + 12, top }}
    >
      <strong>{title}</strong>
      {note !== undefined && <small className="muted"> {note}</small>}
      {entries.map(([name, text]) => (
        <div key={name}>
          <span>{name}</span>
          <b>{text}</b>
        </div>
      ))}
    </div>
  )
}
