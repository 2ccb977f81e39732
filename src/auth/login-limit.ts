import { TidemillError } from '#contract'
import type { Clock } from '#store'

const longestWaitMs = 15 * 60_000
const mostEntries = 10_000

/** How many failures are free: people behind one proxy share an address, and a stranger must not be able to shut out a name. */
const freeTries = { both: 5, name: 50, address: 50 } as const

/** Holds back whoever fails to sign in too often, by name and address; past the free failures the wait doubles with each. */
export interface LoginLimit {
  /**
   * Counts a try as failed until it is known not to be, so that tries made at the same time are not all free. Throws when it is
   * too early for one.
   */
  begin(name: string, address: string): { succeeded(): void }
}

export function loginLimit(clock: Clock): LoginLimit {
  const failures = new Map<string, { count: number; until: number }>()

  function count(key: string, free: number): void {
    const tries = (failures.get(key)?.count ?? 0) + 1
    const wait = tries < free ? 0 : Math.min(longestWaitMs, 1000 * 2 ** (tries - free))
    failures.delete(key)
    failures.set(key, { count: tries, until: clock.now() + wait })
  }

  return {
    begin(name, address) {
      const keys = [
        [`both ${name} ${address}`, freeTries.both],
        [`name ${name}`, freeTries.name],
        [`address ${address}`, freeTries.address],
      ] as const
      const until = Math.max(0, ...keys.map(([key]) => failures.get(key)?.until ?? 0))
      const seconds = Math.ceil((until - clock.now()) / 1000)
      if (seconds > 0) throw new TidemillError('too_many_attempts', { seconds })
      for (const [key, free] of keys) count(key, free)
      // The oldest go first, so that strangers cannot fill the memory.
      for (const key of failures.keys()) {
        if (failures.size <= mostEntries) break
        failures.delete(key)
      }
      return { succeeded: () => keys.forEach(([key]) => failures.delete(key)) }
    },
  }
}
