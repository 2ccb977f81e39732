import type { ReactNode } from 'react'
import { operations, type StageAttempt } from '#contract'
import { useRead } from '../../app/api.tsx'
import { LogCard } from './log-card.tsx'

/** What an attempt printed, which grows while it runs. */
export function AttemptLog({
  stage,
  attempt,
}: {
  stage: string
  attempt: StageAttempt
}): ReactNode {
  const read = useRead(
    operations.pipelines.log,
    { name: stage, attempt: attempt.id },
    { keep: true, everyMs: attempt.state === 'running' ? 1000 : undefined },
  )
  return <LogCard title="Log" read={read} />
}
