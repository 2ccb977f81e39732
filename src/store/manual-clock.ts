import { setImmediate as turn } from 'node:timers/promises'
import type { Clock } from './clock.ts'

/** A clock that stands still until it is told to go on. */
export interface ManualClock extends Clock {
  /** Moves on by `ms`, waking sleepers in the order of their times and letting each work before the next. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  readonly sleepers: number
}

interface Sleeper {
  readonly until: number
  wake(): void
}

export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let time = start
  const sleepers = new Set<Sleeper>()

  function earliest(limit: number): Sleeper | undefined {
    let first: Sleeper | undefined
    for (const sleeper of sleepers) {
      if (sleeper.until <= limit && (!first || sleeper.until < first.until)) first = sleeper
    }
    return first
  }

  return {
    now: () => time,
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(abortError(signal))
        const stop = () => {
          sleepers.delete(sleeper)
          if (signal) reject(abortError(signal))
        }
        const sleeper = {
          until: time + Math.max(0, ms),
          wake() {
            signal?.removeEventListener('abort', stop)
            sleepers.delete(sleeper)
            resolve()
          },
        }
        signal?.addEventListener('abort', stop, { once: true })
        sleepers.add(sleeper)
      })
    },
    async advance(ms) {
      const target = time + ms
      await turn()
      for (let next = earliest(target); next; next = earliest(target)) {
        time = Math.max(time, next.until)
        next.wake()
        await turn()
      }
      time = target
    },
    get sleepers() {
      return sleepers.size
    },
  }
}

function abortError(signal: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: signal.reason })
  error.name = 'AbortError'
  return error
}
