import type { ReactNode } from 'react'

/** What the two sets of a comparison look like. */
export function Legend(): ReactNode {
  return (
    <p className="legend">
      <span>
        <i style={{ background: 'color-mix(in srgb, var(--series-1) 62%, transparent)' }} />
        reference
      </span>
      <span>
        <i className="legend-current" />
        window
      </span>
    </p>
  )
}
