import type { ReactNode } from 'react'
import { operations } from '#contract'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { Link } from '../../design/link.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { useRead } from '../../app/api.tsx'
import { paths } from '../../app/paths.ts'

interface AbsentVersionProps {
  readonly model: string
  readonly version: number
  /** What its page came to. */
  readonly error: Error
}

/** Instead of a version that is not there: that it was removed and where it came from, when the lineage knows of it. */
export function AbsentVersion({ model, version, error }: AbsentVersionProps): ReactNode {
  const lineage = useRead(operations.lineage.model, { name: model, version })
  if (lineage.isPending) return <Skeleton lines={5} />
  if (lineage.isError) return <ErrorState error={error} />
  return (
    <EmptyState
      icon="lineage"
      title="This version was removed"
      action={
        <Link className="button-link" href={paths.lineage({ kind: 'model', name: model, version })}>
          Look at its lineage
        </Link>
      }
    >
      It is no longer in the registry. What it was made from is still known.
    </EmptyState>
  )
}
