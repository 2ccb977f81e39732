import type { ReactNode } from 'react'
import type { RunLook } from '../run-table/run-colors.ts'
import './charts.css'

/** How a run's line looks in charts. */
export function Swatch({ look }: { look: RunLook | undefined }): ReactNode {
  if (look === undefined) return null
  return (
    <i
      className="line-swatch"
      data-dashed={look.dashed || undefined}
      style={{ color: `var(${look.token})` }}
    />
  )
}
