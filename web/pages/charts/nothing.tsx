import type { ReactNode } from 'react'

/** What a chart says instead of being empty. */
export function Nothing({ children }: { children: ReactNode }): ReactNode {
  return <p className="chart-nothing">{children}</p>
}
