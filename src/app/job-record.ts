import type { JobRecord } from '#contract'
import type { Job } from '#store'

/** A job as it leaves the house: without its payload, which may hold what only the worker should see. */
export function jobRecord(job: Job): JobRecord {
  const { payload: _, maxAttempts: __, progress, ...rest } = job
  return { ...rest, progress: { ...progress } }
}
