import type { Clock } from '../clock.ts'
import type { JobHandler, JobWorker } from '../jobs.ts'
import type { JobLeases } from './job-leases.ts'
import { startRun, type JobRun } from './job-run.ts'

export interface WorkerParts {
  readonly leases: JobLeases
  readonly handlers: Readonly<Record<string, JobHandler>>
  readonly concurrency: number
  readonly leaseMs: number
  readonly pollMs: number
  readonly clock: Clock
  readonly onError: (error: unknown) => void
}

export interface WakeableWorker extends JobWorker {
  /** Looks now instead of at the next poll. */
  wake(): void
}

/** One loop takes jobs, renews leases and hears of cancellations; handlers run beside it. */
export function startWorker(parts: WorkerParts): WakeableWorker {
  const { leases, handlers, concurrency, leaseMs, clock, onError } = parts
  const kinds = Object.keys(handlers)
  // A third of the lease, so that two renewals may go wrong before it is lost.
  const pollMs = Math.min(parts.pollMs, leaseMs / 3)
  const running = new Map<string, JobRun>()
  let stopping = false
  let woken = false
  let pause: AbortController | undefined

  function wake(): void {
    woken = true
    pause?.abort()
  }

  async function rest(): Promise<void> {
    if (!woken) {
      pause = new AbortController()
      await clock.sleep(pollMs, pause.signal).catch(() => {})
      pause = undefined
    }
    woken = false
  }

  async function watch(): Promise<void> {
    if (running.size === 0) return
    try {
      const rows = new Map((await leases.look([...running.keys()])).map((row) => [row.id, row]))
      for (const run of running.values()) {
        const row = rows.get(run.row.id)
        if (row?.state === 'running' && row.lease === run.row.lease) {
          if (row.cancel_requested === 1) run.abort('cancelled')
          await run.flush()
          await renew(run)
        } else if (running.get(run.row.id) === run && row?.state !== 'done') {
          run.abort('lost')
        }
      }
    } finally {
      // Whatever the database says or fails to say, a lease that has run out may be another's.
      for (const run of running.values()) {
        if (clock.now() - run.renewedAt > leaseMs) run.abort('lost')
      }
    }
  }

  async function renew(run: JobRun): Promise<void> {
    const now = clock.now()
    if (now - run.renewedAt < leaseMs / 3) return
    if (await leases.renew(run.row, leaseMs)) run.renewedAt = now
    else if (running.get(run.row.id) === run) run.abort('lost')
  }

  async function takeMore(): Promise<void> {
    while (!stopping && running.size < concurrency) {
      const row = await leases.take(kinds, leaseMs)
      const handler = row && handlers[row.kind]
      if (!handler) return
      const run = startRun(row, handler, leases, clock, kept)
      running.set(row.id, run)
      void run.ended.catch(onError).finally(() => {
        running.delete(row.id)
        wake()
      })
    }
  }

  /** A database that is away for a moment must not cost the work that was done; if it stays away, the lease ends and all is done again. */
  async function kept(write: () => Promise<unknown>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write()
        return
      } catch (error) {
        if (attempt === 5) throw error
        await clock.sleep(Math.min(pollMs, leaseMs / 10))
      }
    }
  }

  async function loop(): Promise<void> {
    while (!stopping || running.size > 0) {
      try {
        await watch()
        if (!stopping) {
          await leases.reap()
          await takeMore()
        }
      } catch (error) {
        onError(error)
      }
      if (!stopping || running.size > 0) await rest()
    }
  }

  const ended = loop()

  return {
    wake,
    async stop({ graceMs } = {}) {
      stopping = true
      wake()
      if (graceMs === undefined) return ended
      const grace = new AbortController()
      const late = clock.sleep(graceMs, grace.signal).then(
        () => {
          for (const run of running.values()) run.abort('stopped')
        },
        () => {},
      )
      await ended
      grace.abort()
      await late
    },
  }
}
