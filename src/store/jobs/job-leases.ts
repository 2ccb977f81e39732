import { TidemillError } from '#contract'
import type { Clock } from '../clock.ts'
import type { Metadata } from '../metadata.ts'
import { backoffMs, type Backoff } from './backoff.ts'
import type { JobRow, JobTables } from './job-tables.ts'

/** What a worker holds: the right to end the job, as long as nobody has taken it since. */
export interface Lease {
  readonly id: string
  readonly lease: number
}

export interface LeaseParts {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly backoff: Backoff
  readonly random: () => number
}

/** The statements of workers; each that ends or changes a job does so only under the newest lease. */
export interface JobLeases {
  /** Takes the job that has been due longest. */
  take(kinds: readonly string[], leaseMs: number): Promise<JobRow | undefined>
  /** False when the lease was lost. */
  renew(lease: Lease, leaseMs: number): Promise<boolean>
  /** The leases of these jobs as they are now, and whether they are to be cancelled. */
  look(
    ids: readonly string[],
  ): Promise<readonly Pick<JobRow, 'id' | 'lease' | 'state' | 'cancel_requested'>[]>
  progress(lease: Lease, done: number, total: number, message: string): Promise<boolean>
  complete(lease: Lease, result: unknown): Promise<boolean>
  /** The job's completion and what `work` writes, together; rejects when the lease was lost. */
  completeWith<T>(lease: Lease, work: (tx: unknown) => Promise<T>): Promise<T>
  fail(job: JobRow, error: unknown): Promise<boolean>
  /** Ends a job whose handler gave way to `cancel`. */
  cancelled(lease: Lease): Promise<boolean>
  /** Puts the job back as if it had not been taken. */
  giveBack(lease: Lease): Promise<boolean>
  /** Frees jobs whose holders died. */
  reap(): Promise<void>
}

export function jobLeases({ metadata, clock, backoff, random }: LeaseParts): JobLeases {
  const database = metadata.tables<JobTables>()

  const held = ({ id, lease }: Lease) =>
    database
      .updateTable('store_jobs')
      .where('id', '=', id)
      .where('lease', '=', lease)
      .where('state', '=', 'running')

  const due = (kinds: readonly string[]) =>
    database
      .selectFrom('store_jobs')
      .select('id')
      .where('state', '=', 'waiting')
      .where('run_at', '<=', clock.now())
      .where('kind', 'in', kinds)
      .orderBy('run_at')
      .orderBy('id')
      .limit(1)

  return {
    async take(kinds, leaseMs) {
      // Looking costs no write and locks nobody, and mostly there is nothing.
      if (kinds.length === 0 || !(await due(kinds).executeTakeFirst())) return undefined
      const now = clock.now()
      const next = due(kinds)
      return database
        .updateTable('store_jobs')
        .set((eb) => ({
          state: 'running',
          attempt: eb('attempt', '+', 1),
          lease: eb('lease', '+', 1),
          lease_until: now + leaseMs,
          started_at: now,
          error: null,
        }))
        .where('id', '=', metadata.dialect === 'postgres' ? next.forUpdate().skipLocked() : next)
        .where('state', '=', 'waiting')
        .returningAll()
        .executeTakeFirst()
    },
    async renew(lease, leaseMs) {
      return changed(held(lease).set({ lease_until: clock.now() + leaseMs }))
    },
    look(ids) {
      return database
        .selectFrom('store_jobs')
        .select(['id', 'lease', 'state', 'cancel_requested'])
        .where('id', 'in', ids)
        .execute()
    },
    progress(lease, done, total, message) {
      return changed(
        held(lease).set({
          progress_done: done,
          progress_total: total,
          progress_message: message,
        }),
      )
    },
    complete(lease, result) {
      return changed(
        held(lease).set({ state: 'done', result: jsonOf(result), ended_at: clock.now() }),
      )
    },
    completeWith<T>(lease: Lease, work: (tx: unknown) => Promise<T>) {
      return metadata.transaction<JobTables, T>(async (tx) => {
        // First of all: from here on nobody else can take the job before this commits.
        const taken = await tx
          .updateTable('store_jobs')
          .set({ state: 'done', ended_at: clock.now() })
          .where('id', '=', lease.id)
          .where('lease', '=', lease.lease)
          .where('state', '=', 'running')
          .executeTakeFirst()
        if (taken.numUpdatedRows === 0n) throw leaseLost(lease)
        const result = await work(tx)
        await tx
          .updateTable('store_jobs')
          .set({ result: jsonOf(result) })
          .where('id', '=', lease.id)
          .execute()
        return result
      })
    },
    fail(job, error) {
      const now = clock.now()
      const final = error instanceof TidemillError && !error.retryable
      const last = job.attempt >= job.max_attempts
      const message = error instanceof Error ? error.message : String(error)
      if (final || last) {
        return changed(
          held(job).set({ state: final ? 'failed' : 'dead', error: message, ended_at: now }),
        )
      }
      return changed(
        held(job).set((eb) => ({
          // A cancellation that the handler had not heard of yet.
          state: eb
            .case()
            .when('cancel_requested', '=', 1)
            .then<JobRow['state']>('cancelled')
            .else<JobRow['state']>('waiting')
            .end(),
          ended_at: eb.case().when('cancel_requested', '=', 1).then(now).else(null).end(),
          run_at: now + backoffMs(job.attempt, backoff, random),
          error: message,
        })),
      )
    },
    cancelled(lease) {
      return changed(held(lease).set({ state: 'cancelled', ended_at: clock.now() }))
    },
    giveBack(lease) {
      return changed(
        held(lease).set((eb) => ({ state: 'waiting', attempt: eb('attempt', '-', 1) })),
      )
    },
    async reap() {
      const now = clock.now()
      const lost = await database
        .selectFrom('store_jobs')
        .select(['id', 'lease', 'attempt', 'max_attempts', 'cancel_requested'])
        .where('state', '=', 'running')
        .where('lease_until', '<', now)
        .execute()
      for (const job of lost) {
        const last = job.attempt >= job.max_attempts
        const state = job.cancel_requested === 1 ? 'cancelled' : last ? 'dead' : 'waiting'
        await held(job)
          .where('lease_until', '<', now)
          .set({
            state,
            run_at: now,
            error: 'The worker that held the job stopped answering.',
            ...(state === 'waiting' ? {} : { ended_at: now }),
          })
          .execute()
      }
    },
  }
}

export function leaseLost({ id }: Lease): Error {
  return new Error(`the lease of job ${id} was lost: it ended, or the job was cancelled`)
}

async function changed(statement: {
  executeTakeFirst(): Promise<{ readonly numUpdatedRows: bigint } | undefined>
}): Promise<boolean> {
  const result = await statement.executeTakeFirst()
  return result !== undefined && result.numUpdatedRows > 0n
}

function jsonOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value)
}
