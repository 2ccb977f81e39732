import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations } from '#contract'
import { useAct, useRead } from '../../app/api.tsx'
import { useMay } from '../../app/session.ts'
import { JobProgress } from '../jobs/job-progress.tsx'

/** A job with its progress and, while it works, a way to stop it. */
export function CancellableJob({ id }: { id: string }): ReactNode {
  const may = useMay('jobs:manage')
  const { data } = useRead(operations.jobs.get, { id }, { everyMs: 1000 })
  const cancel = useAct(operations.jobs.cancel, { done: 'The job is cancelled' })
  const state = data?.job.state
  return (
    <div className="line">
      <div className="grow">
        <JobProgress id={id} />
      </div>
      {may && (state === 'running' || state === 'waiting') && (
        <Button
          size="xs"
          variant="default"
          loading={cancel.isPending}
          onClick={() => cancel.mutate({ id })}
        >
          Cancel
        </Button>
      )}
    </div>
  )
}
