import type { ReactNode } from 'react'

/** One number with its name. */
export function Stat({ name, value, note }: StatProps): ReactNode {
  return (
    <div className="stat">
      <span className="stat-name">{name}</span>
      <span className="stat-value">{value}</span>
      {note !== undefined && <span className="stat-note">{note}</span>}
    </div>
  )
}

interface StatProps {
  readonly name: string
  readonly value: ReactNode
  readonly note?: ReactNode
}

export function StatRow({ children }: { children: ReactNode }): ReactNode {
  return <div className="stats">{children}</div>
}
