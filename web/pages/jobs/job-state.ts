import type { Health, JobRecord } from '#contract'

export const jobHealth: Readonly<Record<JobRecord['state'], Health>> = {
  waiting: 'none',
  running: 'busy',
  done: 'good',
  failed: 'attention',
  dead: 'bad',
  cancelled: 'none',
}

/** Whether nothing more happens to the job by itself. */
export function isOver(job: JobRecord): boolean {
  return job.state === 'done' || job.state === 'dead' || job.state === 'cancelled'
}
