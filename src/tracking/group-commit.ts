/**
 * Writes what comes at the same time in one transaction, because a transaction costs more than what is in it. `commit` does all of
 * its items or, answering false, none; then each is tried alone, so that one that cannot be written refuses nobody else.
 */
export function groupCommit<T>(
  commit: (items: readonly T[]) => Promise<boolean>,
  refused: (item: T) => Promise<Error>,
): (item: T) => Promise<void> {
  interface Waiting {
    readonly item: T
    readonly done: () => void
    readonly failed: (error: unknown) => void
  }
  const largest = 200
  let waiting: Waiting[] = []
  let isRunning = false

  async function alone({ item, done, failed }: Waiting): Promise<void> {
    try {
      if (await commit([item])) done()
      else failed(await refused(item))
    } catch (error) {
      failed(error)
    }
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting.slice(0, largest)
      waiting = waiting.slice(largest)
      const isDone =
        group.length > 1 && (await commit(group.map(({ item }) => item)).catch(() => false))
      if (isDone) for (const { done } of group) done()
      else for (const each of group) await alone(each)
      // Requests that came in the meantime are read before the next group is made.
      await new Promise((resolve) => setImmediate(resolve))
    }
    isRunning = false
  }

  return (item) =>
    new Promise((done, failed) => {
      waiting.push({ item, done, failed })
      if (isRunning) return
      isRunning = true
      setImmediate(() => void run())
    })
}
