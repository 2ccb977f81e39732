import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { operations, type JobRecord } from '#contract'
import { Card } from '../../design/card.tsx'
import { DataTable, type Column } from '../../design/data-table.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { formatDuration, formatPercent, shortDigest } from '../../design/format.ts'
import { Page } from '../../design/page.tsx'
import { StatusPill } from '../../design/status-pill.tsx'
import { When } from '../../design/when.tsx'
import { useAct, useRead } from '../../app/api.tsx'
import { Read } from '../../app/read-state.tsx'
import { useMay } from '../../app/session.ts'
import { jobHealth } from './job-state.ts'

const columns: readonly Column<JobRecord>[] = [
  { id: 'kind', header: 'Job', value: (job) => job.kind, pinned: true },
  {
    id: 'id',
    header: 'Id',
    value: (job) => job.id,
    cell: (job) => <code title={job.id}>{shortDigest(job.id)}</code>,
  },
  {
    id: 'state',
    header: 'State',
    value: (job) => job.state,
    cell: (job) => <StatusPill health={jobHealth[job.state]} word={job.state} />,
  },
  {
    id: 'progress',
    header: 'Progress',
    value: (job) => shareDone(job),
    cell: (job) => {
      const share = shareDone(job)
      return share === undefined ? '—' : formatPercent(share)
    },
    numeric: true,
  },
  {
    id: 'message',
    header: 'What it says',
    value: (job) => job.error ?? job.progress.message,
  },
  { id: 'attempt', header: 'Attempt', value: (job) => job.attempt, numeric: true },
  {
    id: 'created',
    header: 'Queued',
    value: (job) => job.createdAt,
    cell: (job) => <When time={job.createdAt} />,
  },
  {
    id: 'took',
    header: 'Took',
    value: (job) => (job.startedAt === undefined ? undefined : (job.endedAt ?? 0) - job.startedAt),
    cell: (job) =>
      job.startedAt === undefined
        ? '—'
        : formatDuration((job.endedAt ?? Date.now()) - job.startedAt),
    numeric: true,
  },
  {
    id: 'act',
    header: 'Actions',
    pinned: 'end',
    value: () => undefined,
    sortable: false,
    cell: (job) => <JobActions job={job} />,
  },
]

/** A job that came to its end is whole, whatever it said last. */
function shareDone({ state, progress }: JobRecord): number | undefined {
  if (progress.total === 0) return undefined
  return state === 'done' ? 1 : progress.done / progress.total
}

export function JobsPage(): ReactNode {
  const read = useRead(operations.jobs.list, {}, { everyMs: 4000 })
  return (
    <Page
      title="Jobs"
      intro="Work that outlives a request. A job whose worker dies is taken up again; nothing runs to its end twice."
    >
      <Read of={read} lines={8}>
        {({ jobs }) =>
          jobs.length === 0 ? (
            <EmptyState icon="jobs" title="No job has run yet" command="tidemill repro">
              Pipelines, retraining and reports run as jobs and show here with their progress.
            </EmptyState>
          ) : (
            <Card flush>
              <DataTable
                label="Jobs"
                rows={jobs}
                columns={columns}
                rowId={(job) => job.id}
                sort={{ id: 'created', desc: true }}
              />
            </Card>
          )
        }
      </Read>
    </Page>
  )
}

function JobActions({ job }: { job: JobRecord }): ReactNode {
  const may = useMay('jobs:manage')
  const cancel = useAct(operations.jobs.cancel, { done: 'The job is cancelled' })
  const retry = useAct(operations.jobs.retry, { done: 'The job waits again' })
  if (!may) return null
  if (job.state === 'waiting' || job.state === 'running') {
    return (
      <Button
        size="compact-xs"
        variant="default"
        loading={cancel.isPending}
        onClick={() => cancel.mutate({ id: job.id })}
      >
        Cancel
      </Button>
    )
  }
  if (job.state !== 'dead') return null
  return (
    <Button
      size="compact-xs"
      variant="default"
      loading={retry.isPending}
      onClick={() => retry.mutate({ id: job.id })}
    >
      Try again
    </Button>
  )
}
