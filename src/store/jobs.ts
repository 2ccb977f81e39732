import type { Kysely } from 'kysely'

/** `failed` is final because trying again cannot help; `dead` because all attempts are used up. */
export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'dead' | 'cancelled'

export interface Job {
  readonly id: string
  readonly kind: string
  /** Plain JSON. */
  readonly payload: unknown
  readonly state: JobState
  readonly attempt: number
  readonly maxAttempts: number
  readonly progress: { readonly done: number; readonly total: number; readonly message: string }
  readonly result?: unknown
  /** What went wrong at the last attempt. */
  readonly error?: string
  readonly createdAt: number
  readonly startedAt?: number
  readonly endedAt?: number
}

export interface NewJob {
  readonly kind: string
  readonly payload: unknown
  /** A second job of the kind, with a key that is waiting or running, is the first one. */
  readonly key?: string
  readonly maxAttempts?: number
  /** Not before this time (ms). */
  readonly runAt?: number
}

/** Why a handler is to end before it is done. */
export type AbortReason = 'cancelled' | 'lost' | 'stopped'

/** What a handler holds while it works: the lease is renewed for it; `signal` aborts when the job is cancelled or the lease is lost. */
export interface JobContext {
  readonly job: Job
  readonly signal: AbortSignal
  /** Why `signal` is aborted; `undefined` while it is not. */
  abortReason(): AbortReason | undefined
  /** Kept, a few times a second at most. Rejects once `signal` is aborted. */
  progress(done: number, total: number, message?: string): Promise<void>
  /**
   * Ends the job with its effects: the rows that `work` writes and the job's completion are committed together, or neither when
   * the lease was lost. What `work` returns is the result; a handler that needs no such thing just returns its own.
   */
  complete<Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>): Promise<T>
}

export type JobHandler = (context: JobContext) => Promise<unknown>

export interface JobWorker {
  /**
   * Takes no more jobs and waits for running handlers. Those still running after `graceMs` are aborted, and their jobs wait again
   * without having used up an attempt.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>
}

/**
 * A durable queue on the metadata database. A job is held under a lease with a fencing number: a worker that died loses it
 * when the lease ends, another takes it, and only the holder of the newest lease can complete it. So a handler may start more
 * than once, and completes once.
 */
export interface JobQueue {
  /** With a transaction of the same database, the job is there once that is committed, or not at all. */
  add<Tables>(job: NewJob, tx?: Kysely<Tables>): Promise<Job>
  get(id: string): Promise<Job | undefined>
  /** Newest first; 100 unless said. */
  list(filter?: {
    readonly kind?: string
    readonly state?: JobState
    readonly limit?: number
  }): Promise<readonly Job[]>
  /** A waiting job ends at once; the handler of a running one is told. One that has ended stays as it is. */
  cancel(id: string): Promise<Job>
  /** Puts a dead, failed or cancelled job back in the queue, with all its attempts. */
  retry(id: string): Promise<Job>
  /**
   * Works through jobs of these kinds until stopped. A handler that throws is tried again later, up to `maxAttempts`; one that
   * throws a TidemillError that is not retryable has failed for good.
   */
  work(
    handlers: Readonly<Record<string, JobHandler>>,
    options?: {
      /** 1 unless said. */
      readonly concurrency?: number
      /** 30 seconds unless said. A handler must not block the thread for longer than this. */
      readonly leaseMs?: number
      /** How soon jobs added and cancelled by other processes are seen; 500 ms unless said. */
      readonly pollMs?: number
    },
  ): JobWorker
}
