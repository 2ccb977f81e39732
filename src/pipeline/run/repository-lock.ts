import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { TidemillError } from '#contract/error'
import type { Repository } from '../repository.ts'
import { holderOf, openDvcLock } from './dvc-lock.ts'
import { leavePaths, refuseUse, refuseWriters, takePaths, type PathUse } from './path-locks.ts'
import { endOrphans } from './orphans.ts'

/** The repository while this process has it. */
export interface HeldRepository {
  /** Does a step that changes files, with DVC's lock held. Steps may go on at the same time. */
  step<T>(work: () => Promise<T>): Promise<T>
  /**
   * Runs a command inside a step with DVC's lock let go, as DVC does, so that the command may call `dvc` itself; what it reads and
   * writes is noted for other processes. A command that ends at once is not worth the change. What it made is not given up for a
   * `dvc` that keeps the lock at its end: that is waited for, a few seconds more when `signal` ends the wait. Errors: `pipeline_locked`
   * when one of them is at these paths, or has the lock even then.
   */
  outside<T>(use: PathUse, work: () => Promise<T>, wait?: LockWait): Promise<T>
}

/** How another process that has the lock is waited for. */
export interface LockWait {
  /** Told of its pid. */
  readonly onWait?: (pid: string) => void
  readonly signal?: AbortSignal
}

// Letting go and taking again costs two processes, 3 ms; a dvc that a command calls waits for 3 s.
const patienceMs = 60

/** How often the lock is asked for, 3 s each time, after a cancel: what hours made is worth ten seconds, and not a wait without end. */
const lastTries = 3

/**
 * Runs `work` while no other process, nor another call in this one, changes the repository, and no `dvc` either. The operating
 * system holds the lock (through SQLite, which Node has and which guards its file against this process too), so that it ends with
 * its process however that ends. What a killed run left running is ended first. Errors: `pipeline_locked`.
 */
export async function withRepositoryLock<T>(
  repository: Repository,
  work: (held: HeldRepository) => Promise<T>,
  options: { readonly byPath?: boolean } = {},
): Promise<T> {
  mkdirSync(repository.own, { recursive: true })
  const holder = join(repository.own, 'holder')
  const database = new DatabaseSync(join(repository.own, 'lock.db'))
  try {
    try {
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    } catch (error) {
      if (!isBusy(error)) throw error
      const pid = readFileSync(holder, { encoding: 'utf8', flag: 'a+' }).trim() || 'unknown'
      throw new TidemillError('pipeline_locked', { path: repository.root, pid }, error)
    }
    const shared = await shareWithDvc(repository)
    try {
      if (!options.byPath) refuseWriters(shared.paths)
      writeFileSync(holder, String(process.pid))
      await endOrphans(join(repository.own, 'running'))
      rmSync(join(repository.own, 'scratch'), { recursive: true, force: true })
      return await work(shared.held)
    } finally {
      await shared.close()
      repository.state.save()
      rmSync(holder, { force: true })
    }
  } finally {
    database.close()
  }
}

async function shareWithDvc(
  repository: Repository,
): Promise<{ held: HeldRepository; paths: string; close(): Promise<void> }> {
  const folder = join(repository.root, '.dvc', 'tmp')
  const file = join(folder, 'lock')
  const paths = join(folder, 'rwlock')
  const dvc = openDvcLock(file)
  let [locked, inside] = [false, 0]
  const using = new Set<PathUse>()
  // changes of the lock follow one another, whoever asks
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = (change: () => Promise<void>): Promise<void> => {
    const next = last.then(change, change)
    last = next.catch(() => undefined)
    return next
  }
  const take = (wait?: LockWait) =>
    inTurn(async () => {
      let triesLeft = lastTries
      for (let told: string | undefined; !locked;) {
        locked = await dvc.lock()
        if (locked) return
        const pid = holderOf(file)
        if (wait?.signal?.aborted) triesLeft -= 1
        if (!wait || triesLeft === 0)
          throw new TidemillError('pipeline_locked', { path: repository.root, pid })
        if (pid !== told) wait.onWait?.(pid)
        told = pid
      }
    })
  const letGo = () =>
    inTurn(async () => {
      if (!locked || inside > 0) return
      locked = false
      await dvc.unlock()
    })

  try {
    await take()
  } catch (error) {
    await dvc.close()
    throw error
  }
  const held: HeldRepository = {
    async step(work) {
      inside += 1
      try {
        await take()
        return await work()
      } finally {
        inside -= 1
        // a command that is still running may want to call dvc
        if (using.size > 0) await letGo()
      }
    },
    async outside(use, work, wait = {}) {
      refuseUse(paths, use)
      let released: Promise<void> | undefined
      const release = (): void => {
        try {
          takePaths(paths, use)
        } catch {
          // Where no note can be made, on a full disk say, the lock is kept.
          return
        }
        using.add(use)
        inside -= 1
        released = letGo()
      }
      const patience = setTimeout(release, patienceMs)
      try {
        return await work()
      } finally {
        clearTimeout(patience)
        if (released) {
          await released
          inside += 1
          using.delete(use)
          try {
            await take(wait)
          } finally {
            leavePaths(paths, [...using])
          }
        }
      }
    },
  }
  return { held, paths, close: () => dvc.close() }
}

/** Whether another has the file, and not that it cannot be read or written. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy
}

const sqliteBusy = 5
