import type { Job, JobState } from '../jobs.ts'

export interface JobTables {
  store_jobs: {
    id: string
    kind: string
    payload: string
    job_key: string | null
    state: JobState
    attempt: number
    max_attempts: number
    run_at: number
    /** The fencing number: how often the job was taken. */
    lease: number
    lease_until: number | null
    cancel_requested: number
    progress_done: number
    progress_total: number
    progress_message: string
    result: string | null
    error: string | null
    created_at: number
    started_at: number | null
    ended_at: number | null
  }
}

export type JobRow = JobTables['store_jobs']

export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    payload: JSON.parse(row.payload),
    state: row.state,
    attempt: row.attempt,
    maxAttempts: row.max_attempts,
    progress: {
      done: row.progress_done,
      total: row.progress_total,
      message: row.progress_message,
    },
    ...(row.result === null ? {} : { result: JSON.parse(row.result) as unknown }),
    ...(row.error === null ? {} : { error: row.error }),
    createdAt: row.created_at,
    ...(row.started_at === null ? {} : { startedAt: row.started_at }),
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
  }
}
