import { setTimeout as delay } from 'node:timers/promises'
import { TidemillError } from '#contract/error'
import type { Remote } from './remote.ts'

export interface Retries {
  readonly attempts: number
  /** Waits between two attempts. */
  readonly wait: (ms: number) => Promise<unknown>
  /** From 0 up to 1, so that many clients do not come back at once. */
  readonly random: () => number
}

const defaults: Retries = { attempts: 5, wait: delay, random: Math.random }

/** A remote whose calls are made again when it could not be heard, each wait about twice the one before: 0.25 s up to 4 s. */
export function withRetries(remote: Remote, retries: Retries = defaults): Remote {
  async function again<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work()
      } catch (error) {
        const lost = error instanceof TidemillError && error.code === 'remote_unreachable'
        if (!lost || attempt >= retries.attempts) throw error
        await retries.wait(250 * 2 ** (attempt - 1) * (0.5 + retries.random()))
      }
    }
  }
  return {
    name: remote.name,
    ...(remote.page === undefined ? {} : { page: remote.page }),
    ...(remote.unlisted ? { unlisted: true } : {}),
    stat: (path) => again(() => remote.stat(path)),
    put: (path, file, onBytes) => again(() => remote.put(path, file, onBytes)),
    get: (path, file, onBytes) => again(() => remote.get(path, file, onBytes)),
    remove: (path) => again(() => remote.remove(path)),
    // a listing that breaks off would give its first part twice
    list: (folder) => remote.list(folder),
    close: () => remote.close(),
  }
}
