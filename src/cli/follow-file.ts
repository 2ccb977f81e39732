import { openSync, closeSync, readSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Prints a file; with `until`, what comes to it until that says that nothing more does. */
export async function printFile(file: string, until?: () => boolean): Promise<void> {
  let at = 0
  const print = (): void => {
    let handle: number
    try {
      handle = openSync(file, 'r')
    } catch {
      // not there yet
      return
    }
    const buffer = Buffer.alloc(64 * 1024)
    for (;;) {
      const count = readSync(handle, buffer, 0, buffer.length, at)
      if (count === 0) break
      process.stdout.write(Buffer.from(buffer.subarray(0, count)))
      at += count
    }
    closeSync(handle)
  }
  for (;;) {
    // asked before the last look: what was written before the end is printed too
    const ended = until === undefined || until()
    print()
    if (ended) return
    await delay(200)
  }
}
