import { setTimeout as delay } from 'node:timers/promises'
import { isBusy } from './sqlite-error.ts'

/**
 * Runs `work` once another process lets go of the database, for at most `limitMs`. SQLite's own busy wait stops the whole
 * thread, so it is kept short and the rest of the wait is spent here, where other work goes on.
 */
export async function whenFree<T>(
  work: () => T,
  limitMs: number,
  random: () => number = Math.random,
): Promise<T> {
  const begin = performance.now()
  for (let wait = 5; ; wait = Math.min(wait * 2, 80)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() - begin > limitMs) throw error
    }
    await delay(wait * (0.5 + random()))
  }
}
