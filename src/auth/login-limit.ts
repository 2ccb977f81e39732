import { TidemillError } from '#contract'
import type { Clock } from '#store'

const freeTries = 5
const longestWaitMs = 15 * 60_000
const mostEntries = 10_000

/** Holds back whoever fails to sign in too often, by name and by address: after five failures the wait doubles with each. */
export interface LoginLimit {
  check(keys: readonly string[]): void
  failed(keys: readonly string[]): void
  succeeded(keys: readonly string[]): void
}

export function loginLimit(clock: Clock): LoginLimit {
  const failures = new Map<string, { count: number; until: number }>()
  return {
    check(keys) {
      const until = Math.max(0, ...keys.map((key) => failures.get(key)?.until ?? 0))
      const seconds = Math.ceil((until - clock.now()) / 1000)
      if (seconds > 0) throw new TidemillError('too_many_attempts', { seconds })
    },
    failed(keys) {
      for (const key of keys) {
        const count = (failures.get(key)?.count ?? 0) + 1
        const wait =
          count < freeTries ? 0 : Math.min(longestWaitMs, 1000 * 2 ** (count - freeTries))
        failures.delete(key)
        failures.set(key, { count, until: clock.now() + wait })
      }
      // The oldest go first, so that strangers cannot fill the memory.
      for (const key of failures.keys()) {
        if (failures.size <= mostEntries) break
        failures.delete(key)
      }
    },
    succeeded: (keys) => keys.forEach((key) => failures.delete(key)),
  }
}
