import type { ReactNode } from 'react'

/** A share of a whole as a bar. */
export function Meter({ share, label, token = '--tide' }: MeterProps): ReactNode {
  const percent = Math.max(0, Math.min(1, share)) * 100
  return (
    <span
      className="meter"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(percent)}
    >
      <span style={{ width: `${percent}%`, background: `var(${token})` }} />
    </span>
  )
}

interface MeterProps {
  readonly share: number
  readonly label: string
  readonly token?: string
}
