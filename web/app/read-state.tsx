import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { ErrorState } from '../design/error-state.tsx'
import { Skeleton } from '../design/skeleton.tsx'

interface ReadProps<Data> {
  readonly of: UseQueryResult<Data>
  readonly lines?: number
  readonly children: (data: Data) => ReactNode
}

/** Shows what was read: a skeleton before, the problem where there is one, else the children. */
export function Read<Data>({ of, lines, children }: ReadProps<Data>): ReactNode {
  if (of.data !== undefined) return children(of.data)
  if (of.isError) return <ErrorState error={of.error} retry={() => void of.refetch()} />
  return <Skeleton lines={lines ?? 5} />
}
