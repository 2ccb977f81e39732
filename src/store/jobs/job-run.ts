import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import type { AbortReason, JobContext, JobHandler } from '../jobs.ts'
import { leaseLost, type JobLeases } from './job-leases.ts'
import { jobOf, type JobRow } from './job-tables.ts'

/** One handler at work under one lease. */
export interface JobRun {
  readonly row: JobRow
  /** When the lease was last known to be ours. */
  renewedAt: number
  /** Tells the handler: the job is cancelled, its lease is lost, or the worker stops. */
  abort(why: AbortReason): void
  /** Writes progress that was held back. */
  flush(): Promise<void>
  /** Resolves when the handler has ended and the job's row says so. */
  readonly ended: Promise<void>
}

const progressEveryMs = 250

/** `kept` retries writing the outcome until it is on record or no longer ours to write. */
export function startRun(
  row: JobRow,
  handler: JobHandler,
  leases: JobLeases,
  clock: Clock,
  kept: (write: () => Promise<unknown>) => Promise<void>,
): JobRun {
  const aborter = new AbortController()
  const { signal } = aborter
  let why: AbortReason | undefined
  let completed = false
  let written = -Infinity
  let pending: [done: number, total: number, message: string] | undefined

  async function flush(): Promise<void> {
    if (!pending) return
    const next = pending
    pending = undefined
    written = clock.now()
    if (!(await leases.progress(row, ...next)) && !completed) run.abort('lost')
  }

  const context: JobContext = {
    job: jobOf(row),
    signal,
    abortReason: () => why,
    async progress(done, total, message = '') {
      signal.throwIfAborted()
      pending = [done, total, message]
      if (done >= total || clock.now() - written >= progressEveryMs) await flush()
    },
    async complete(work) {
      signal.throwIfAborted()
      await flush()
      const result = await leases.completeWith(row, (tx) => work(tx as never))
      completed = true
      return result
    },
  }

  async function toTheEnd(): Promise<void> {
    // The worker goes on first, so that a handler that throws at once is treated as any other.
    await turn()
    try {
      const result = await handler(context)
      if (completed) return
      // A result that is no JSON is the handler's fault, not the database's.
      JSON.stringify(result)
      await kept(flush)
      await kept(() => leases.complete(row, result))
    } catch (error) {
      if (completed || why === 'lost') return
      await kept(flush)
      if (why === 'cancelled') await kept(() => leases.cancelled(row))
      else if (why === 'stopped') await kept(() => leases.giveBack(row))
      else await kept(() => leases.fail(row, error))
    }
  }

  const run: JobRun = {
    row,
    renewedAt: clock.now(),
    abort(reason) {
      if (signal.aborted) return
      why = reason
      aborter.abort(reason === 'lost' ? leaseLost(row) : new Error(`job ${row.id} is ${reason}`))
    },
    flush,
    ended: toTheEnd(),
  }
  return run
}
