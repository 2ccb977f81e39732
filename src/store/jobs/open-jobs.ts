import type { Kysely } from 'kysely'
import { TidemillError, newId } from '#contract'
import { systemClock, type Clock } from '../clock.ts'
import type { Job, JobQueue } from '../jobs.ts'
import type { Metadata } from '../metadata.ts'
import { isUniqueViolation } from '../unique-violation.ts'
import { jobLeases } from './job-leases.ts'
import { jobOf, type JobRow, type JobTables } from './job-tables.ts'
import { startWorker, type WakeableWorker } from './job-worker.ts'

export interface JobsOptions {
  /** For jobs that do not say; 3 unless said. */
  readonly maxAttempts?: number
  /** The wait after a first failure, doubling from there; 1 second unless said. */
  readonly backoffMs?: number
  /** 5 minutes unless said. */
  readonly maxBackoffMs?: number
  /** Hears of what goes wrong outside of handlers, such as a database that is away. */
  readonly onError?: (error: unknown) => void
}

/** The queue in a database that has `storeMigrations`. Clocks of machines that share it should agree to within a third of a lease. */
export function openJobs(
  metadata: Metadata,
  clock: Clock = systemClock,
  options: JobsOptions = {},
  random: () => number = Math.random,
): JobQueue {
  const database = metadata.tables<JobTables>()
  const backoff = {
    baseMs: options.backoffMs ?? 1000,
    maxMs: options.maxBackoffMs ?? 5 * 60_000,
  }
  const leases = jobLeases({ metadata, clock, backoff, random })
  const onError = options.onError ?? warn
  const workers = new Set<WakeableWorker>()

  function wakeAll(): void {
    for (const worker of workers) worker.wake()
  }

  async function get(id: string): Promise<Job | undefined> {
    const row = await database
      .selectFrom('store_jobs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst()
    return row && jobOf(row)
  }

  async function mustGet(id: string): Promise<Job> {
    const job = await get(id)
    if (!job) throw new TidemillError('not_found', { kind: 'job', name: id })
    return job
  }

  return {
    get,
    async add(job, tx) {
      const into = (tx ?? database) as unknown as Kysely<JobTables>
      const now = clock.now()
      const row: JobRow = {
        id: newId(now),
        kind: job.kind,
        payload: JSON.stringify(job.payload ?? null),
        job_key: job.key ?? null,
        state: 'waiting',
        attempt: 0,
        max_attempts: job.maxAttempts ?? options.maxAttempts ?? 3,
        run_at: job.runAt ?? now,
        lease: 0,
        lease_until: null,
        cancel_requested: 0,
        progress_done: 0,
        progress_total: 0,
        progress_message: '',
        result: null,
        error: null,
        created_at: now,
        started_at: null,
        ended_at: null,
      }
      for (;;) {
        const made = await into
          .insertInto('store_jobs')
          .values(row)
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (made) {
          wakeAll()
          return jobOf(made)
        }
        const first = await into
          .selectFrom('store_jobs')
          .selectAll()
          .where('kind', '=', row.kind)
          .where('job_key', '=', row.job_key)
          .where('state', 'in', ['waiting', 'running'])
          .executeTakeFirst()
        // It may have ended in between; then this one is not its second any more.
        if (first) return jobOf(first)
      }
    },
    async list({ kind, state, limit } = {}) {
      let query = database
        .selectFrom('store_jobs')
        .selectAll()
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit ?? 100)
      if (kind !== undefined) query = query.where('kind', '=', kind)
      if (state !== undefined) query = query.where('state', '=', state)
      return (await query.execute()).map(jobOf)
    },
    async cancel(id) {
      await database
        .updateTable('store_jobs')
        .set((eb) => {
          const isWaiting = eb.case().when('state', '=', 'waiting')
          return {
            cancel_requested: 1,
            ended_at: isWaiting.then(clock.now()).else(null).end(),
            state: isWaiting
              .then<JobRow['state']>('cancelled')
              .else<JobRow['state']>('running')
              .end(),
          }
        })
        .where('id', '=', id)
        .where('state', 'in', ['waiting', 'running'])
        .execute()
      wakeAll()
      return mustGet(id)
    },
    async retry(id) {
      try {
        await database
          .updateTable('store_jobs')
          .set({
            state: 'waiting',
            attempt: 0,
            run_at: clock.now(),
            cancel_requested: 0,
            error: null,
            started_at: null,
            ended_at: null,
          })
          .where('id', '=', id)
          .where('state', 'in', ['dead', 'failed', 'cancelled'])
          .execute()
      } catch (error) {
        if (!isUniqueViolation(error)) throw error
        const problem = `Another job with the key of job ${id} is waiting or running.`
        throw new TidemillError('conflict', { problem }, error)
      }
      const job = await mustGet(id)
      if (job.state === 'done') {
        throw new TidemillError('conflict', { problem: `Job ${id} is done.` })
      }
      wakeAll()
      return job
    },
    work(handlers, { concurrency = 1, leaseMs = 30_000, pollMs = 500 } = {}) {
      const worker = startWorker({
        leases,
        handlers,
        concurrency,
        leaseMs,
        pollMs,
        clock,
        onError,
      })
      workers.add(worker)
      return {
        async stop(stopOptions) {
          await worker.stop(stopOptions)
          workers.delete(worker)
        },
      }
    },
  }
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}
