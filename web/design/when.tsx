import type { ReactNode } from 'react'
import { formatAgo, formatExactTime } from './format.ts'

/** A time as people say it, with the exact one behind it. */
export function When({ time }: { time: number }): ReactNode {
  return (
    <time dateTime={new Date(time).toISOString()} title={formatExactTime(time)}>
      {formatAgo(time)}
    </time>
  )
}
