import type { ReactNode } from 'react'
import { operations, type JobRecord } from '#contract'
import { formatDuration } from '../../design/format.ts'
import { Meter } from '../../design/meter.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { isOver, jobHealth } from './job-state.ts'

/** One job while it works, and how it ended. */
export function JobProgress({ id }: { id: string }): ReactNode {
  const read = useRead(operations.jobs.get, { id }, { everyMs: 1000 })
  return (
    <Read of={read} lines={1}>
      {({ job }) => <JobLine job={job} />}
    </Read>
  )
}

function JobLine({ job }: { job: JobRecord }): ReactNode {
  const { done, total, message } = job.progress
  return (
    <div className="job-line" role="status">
      <StatusPill health={jobHealth[job.state]} word={job.state} />
      <Meter share={isOver(job) ? 1 : total === 0 ? 0 : done / total} label="Progress" />
      <span className="small grow">{job.error ?? message}</span>
      {job.startedAt !== undefined && (
        <span className="muted small">
          {formatDuration((job.endedAt ?? Date.now()) - job.startedAt)}
        </span>
      )}
    </div>
  )
}
