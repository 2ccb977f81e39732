import type { Health, Run } from '#contract'

export const runHealth: Readonly<Record<Run['status'], Health>> = {
  running: 'busy',
  scheduled: 'busy',
  finished: 'good',
  failed: 'bad',
  killed: 'attention',
}

export function runDuration(run: Run, now: number = Date.now()): number {
  return (run.endedAt ?? now) - run.startedAt
}
