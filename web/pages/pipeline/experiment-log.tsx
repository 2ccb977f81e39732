import type { ReactNode } from 'react'
import { operations, type PipelineExperiment } from '#contract'
import { useRead } from '../../app/api.tsx'
import { nameOf } from './experiment-columns.ts'
import { LogCard } from './log-card.tsx'

/** What an experiment of the queue printed, and why it failed. */
export function ExperimentLog({ row, id }: { row: PipelineExperiment; id: string }): ReactNode {
  const running = row.state === 'running'
  const read = useRead(
    operations.pipelines.queueLog,
    { id },
    { keep: true, everyMs: running ? 1000 : undefined },
  )
  if (row.state === 'queued') return null
  return (
    <>
      {row.problem !== undefined && <p className="notice attention">{row.problem}</p>}
      <LogCard title={`Log of ${nameOf(row)}`} read={read} />
    </>
  )
}
