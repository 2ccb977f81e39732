import { availableParallelism } from 'node:os'

/** How many objects are under way at once, unless a user or the remote's settings say otherwise: as DVC has it. */
export function defaultJobs(options: ReadonlyMap<string, string>): number {
  const set = Number(options.get('jobs'))
  return Number.isInteger(set) && set > 0 ? set : Math.min(32, 4 * availableParallelism())
}

/** Applies `work` to each, a few at a time; the first error stops what has not begun and is thrown when the rest has ended. */
export async function inParallel<T>(
  items: readonly T[],
  jobs: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0
  let failed = false
  const worker = async (): Promise<void> => {
    for (let item = items[next]; next < items.length && !failed; item = items[next]) {
      next += 1
      try {
        if (item !== undefined) await work(item)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(
    Array.from({ length: Math.max(1, Math.min(jobs, items.length)) }, worker),
  )
  const first = ended.find((each) => each.status === 'rejected')
  if (first) throw first.reason
}

/** Lets so many at a time go on; the others wait for their turn. */
export function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}
