import type { Clock } from '#store'
import type { Inspector } from '../changes.ts'
import type { LockStore } from '../lock-store.ts'
import type { Stage } from '../model.ts'
import type { Repository } from '../repository.ts'
import type { Executor, Tracer } from './executor.ts'
import type { RunHistory } from './history.ts'
import type { ReproEvent } from './repro-event.ts'
import type { HeldRepository } from './repository-lock.ts'

/** What recording a stage needs. */
export interface RecordContext {
  readonly repository: Repository
  readonly locks: LockStore
  readonly inspect: Inspector
  /** `false` leaves the cache alone. */
  readonly commit: boolean
  /** `false` leaves what lies in the work tree as it is where links into the cache are wanted. */
  readonly relink?: boolean
}

export type BringObjects = (repository: Repository, digests: readonly string[]) => Promise<void>

/** What running one needs beside. */
export interface RunnerContext extends RecordContext {
  readonly executor: Executor
  readonly history: RunHistory
  readonly clock: Pick<Clock, 'now'>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly runCache: boolean
  /** Brings objects from a remote, those that it has. */
  readonly bring?: BringObjects
  readonly signal?: AbortSignal
  readonly emit: (event: ReproEvent) => void
  readonly held: HeldRepository
  /** Given when reads are to be watched. */
  readonly tracer?: StageTracer
}

export interface StageTracer {
  /** Whether nothing else may run beside a stage that is watched. */
  readonly alone: boolean
  of(stage: Stage): Tracer
}
