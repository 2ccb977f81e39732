import type { ReactNode } from 'react'

/** Where something will stand, while it is read. */
export function Skeleton({ lines = 4, label = 'Loading' }: SkeletonProps): ReactNode {
  return (
    <div className="skeleton" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} style={{ width: `${96 - ((index * 23) % 48)}%` }} />
      ))}
    </div>
  )
}

interface SkeletonProps {
  readonly lines?: number
  readonly label?: string
}
