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
  readonly error?: string
  readonly createdAt: number
  readonly startedAt?: number
  readonly endedAt?: number
}

export interface NewJob {
  readonly kind: string
  readonly payload: unknown
  /** A second job with a key that is waiting or running is the first one. */
  readonly key?: string
  readonly maxAttempts?: number
  /** Not before this time (ms). */
  readonly runAt?: number
}

/** What a handler holds while it works: the lease is renewed for it; `signal` aborts when the job is cancelled or the lease is lost. */
export interface JobContext {
  readonly job: Job
  readonly signal: AbortSignal
  progress(done: number, total: number, message?: string): Promise<void>
}

export type JobHandler = (context: JobContext) => Promise<unknown>

/**
 * A durable queue on the metadata database. A job is held under a lease with a fencing number: a worker that died loses it
 * when the lease ends, another takes it, and only the holder of the newest lease can complete it.
 */
export interface JobQueue {
  add(job: NewJob): Promise<Job>
  get(id: string): Promise<Job | undefined>
  list(filter?: {
    readonly kind?: string
    readonly state?: JobState
    readonly limit?: number
  }): Promise<readonly Job[]>
  cancel(id: string): Promise<Job>
  /** Puts a dead job back in the queue. */
  retry(id: string): Promise<Job>
  /** Works through jobs of these kinds until stopped; `stop` waits for running handlers. */
  work(
    handlers: Readonly<Record<string, JobHandler>>,
    options?: {
      readonly concurrency?: number
      readonly leaseMs?: number
      readonly pollMs?: number
    },
  ): { stop(): Promise<void> }
}
