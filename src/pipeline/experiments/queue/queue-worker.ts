import { appendFileSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { availableParallelism } from 'node:os'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import { ownMark } from '../../run/living.ts'
import type { ReproEvent } from '../../run/repro-event.ts'
import { resourcePool, type ResourcePool } from '../../run/resource-pool.ts'
import { expRun, keptExperiment, type Experiment, type ExperimentOptions } from '../exp-run.ts'
import { removeDeadTrees } from '../own-tree.ts'
import {
  openQueue,
  queueFolder,
  type ExperimentQueue,
  type QueuedExperiment,
} from './queue-store.ts'
import { runOf } from './queued-run.ts'

export interface WorkerOptions {
  /** Experiments at a time, 0 for as many as there are cores; each runs its stages one after another. */
  readonly jobs?: number
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Aborting it ends what runs; it counts as killed, unless it goes back. */
  readonly signal?: AbortSignal
  /** Asked when `signal` is aborted: whether what ends by that waits again, for the next worker. */
  readonly givesBack?: () => boolean
  /** What all experiments share; the machine unless given. */
  readonly pool?: ResourcePool
  readonly onChange?: (experiment: QueuedExperiment) => void
  /** Called with what came of one before it counts as done, and again when that call was cut off by the death of the worker. */
  readonly onResult?: (experiment: Experiment) => Promise<void>
  /** As of an experiment that runs alone. */
  readonly onAttempts?: ExperimentOptions['onAttempts']
}

const lookMs = 200

/**
 * Works off the queue until nothing waits, or it is asked to stop. One worker a repository: the operating system holds its lock and
 * lets go when it dies; what it had then goes back to the queue. Errors: `pipeline_locked` while another is at work.
 */
export async function workQueue(root: string, options: WorkerOptions = {}): Promise<void> {
  const release = takeQueue(root)
  try {
    const queue = openQueue(root)
    queue.stop(false)
    await removeDeadTrees(root)
    for (const experiment of queue.recover()) options.onChange?.(experiment)
    const running = new Set<Promise<void>>()
    const pool = options.pool ?? resourcePool()
    const jobs = options.jobs === 0 ? availableParallelism() : (options.jobs ?? 1)
    for (;;) {
      const free = jobs - running.size
      const open = !queue.stopAsked() && options.signal?.aborted !== true
      const next = free > 0 && open ? queue.take(ownMark()) : undefined
      if (next) {
        const work = runOne(root, queue, next, { ...options, pool }).finally(() =>
          running.delete(work),
        )
        running.add(work)
      } else if (running.size === 0) return
      else await Promise.race([...running, delay(lookMs)])
    }
  } finally {
    release()
  }
}

/** Whether a worker is at work here. */
export function queueIsWorked(root: string): boolean {
  try {
    takeQueue(root)()
    return false
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'pipeline_locked') return true
    throw error
  }
}

function takeQueue(root: string): () => void {
  mkdirSync(queueFolder(root), { recursive: true })
  const database = new DatabaseSync(join(queueFolder(root), 'worker.db'))
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    // by SQLite's own number: the file is in another's hands. Anything else is a fault, of the disk or of the file
    const isBusy = error instanceof Error && 'errcode' in error && error.errcode === 5
    if (!isBusy) throw error
    const pid = openQueue(root)
      .list()
      .find(({ state }) => state === 'running')?.worker?.pid
    throw new TidemillError(
      'pipeline_locked',
      { path: 'The queue', pid: String(pid ?? 'unknown') },
      error,
    )
  }
  return () => database.close()
}

async function runOne(
  root: string,
  queue: ExperimentQueue,
  experiment: QueuedExperiment,
  options: WorkerOptions & { readonly pool: ResourcePool },
): Promise<void> {
  const { name, set, baseline, files, message } = experiment
  const log = queue.logFile(experiment)
  mkdirSync(dirname(log), { recursive: true })
  const say = (text: string): void => appendFileSync(log, text)
  options.onChange?.(experiment)
  const killed = new AbortController()
  const watch = setInterval(() => {
    if (queue.killAsked(experiment)) killed.abort()
  }, lookMs)
  const signals = [killed.signal, ...(options.signal ? [options.signal] : [])]
  try {
    const made =
      keptExperiment(root, experiment) ??
      (await expRun(join(root, experiment.folder ?? '.'), {
        ...runOf(experiment),
        temp: true,
        name,
        set,
        from: baseline,
        files,
        pool: options.pool,
        signal: AbortSignal.any(signals),
        onEvent: (event) => say(eventText(event)),
        onCommit: (rev) => queue.note(experiment, rev),
        ...(options.onAttempts ? { onAttempts: options.onAttempts } : {}),
        ...(experiment.copyPaths ? { copyPaths: experiment.copyPaths } : {}),
        ...(message === undefined ? {} : { message }),
        ...(options.env ? { env: options.env } : {}),
      }))
    await options.onResult?.(made)
    queue.end(experiment, { state: 'done', rev: made.rev })
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    say(`${problem}\n`)
    const isStopped = options.signal?.aborted === true
    const isKilled = queue.killAsked(experiment)
    if (isStopped && !isKilled && options.givesBack?.()) queue.giveBack(experiment)
    else {
      const state = isStopped || isKilled ? 'killed' : 'failed'
      queue.end(experiment, { state, error: problem })
    }
  } finally {
    clearInterval(watch)
  }
  const ended = queue.list().find(({ id }) => id === experiment.id)
  if (ended) options.onChange?.(ended)
}

function eventText(event: ReproEvent): string {
  switch (event.type) {
    case 'started':
      return `${event.stage}\n`
    case 'output':
      return event.text
    case 'restored':
      return `${event.stage} came from the cache\n`
    case 'retry':
    case 'failed':
      return `${event.stage}: ${event.message}\n`
    case 'moved':
      return `${event.stage}: ${event.paths.join(', ')} changed while it ran\n`
    case 'waiting':
      return `${event.stage}: waiting for process ${event.pid}, which has the repository\n`
    case 'skipped':
    case 'finished':
    case 'traced':
      return ''
  }
}
