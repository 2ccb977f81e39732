import { setImmediate as breathe } from 'node:timers/promises'
import { TidemillError, type ErrorCode, type ErrorDetails } from '#contract/error'
import type { SharedWork } from './ask-worker.ts'
import { hashFile, type Hashed } from './hash-file.ts'
import { taker, type ObjectPlaces, type Taker } from './take-in.ts'

/** Files that one thread reads before it looks for more. */
export interface Portion {
  readonly start: number
  readonly paths: readonly string[]
}

/** Files that several threads read. */
export interface ReadTask extends SharedWork {
  readonly portions: readonly Portion[]
  /** Small files become objects here by the way. */
  readonly into?: ObjectPlaces
}

/** What one thread found out. */
export interface ReadAnswer {
  readonly found: readonly { readonly start: number; readonly hashed: readonly Hashed[] }[]
  /** Objects that were made. */
  readonly taken: readonly string[]
  readonly failed?:
    | { readonly code: ErrorCode; readonly details: ErrorDetails }
    | { readonly message: string }
}

/** Takes portions until there are none; after a failure no thread takes another. */
export async function readPortions({ portions, next, into }: ReadTask): Promise<ReadAnswer> {
  let own: Taker | undefined
  const found: ReadAnswer['found'][number][] = []
  const take = (): Portion | undefined => portions[Atomics.add(next, 0, 1)]
  try {
    own = into && taker(into)
    for (let portion = take(); portion; portion = take()) {
      const hashed: Hashed[] = []
      for (const path of portion.paths) {
        const { md5, stats } = await hashFile(path, own?.take)
        const { ino, size, mtimeMs, ctimeMs } = stats
        hashed.push({ md5, stats: { ino, size, mtimeMs, ctimeMs } })
      }
      found.push({ start: portion.start, hashed })
      await breathe()
    }
  } catch (error) {
    Atomics.store(next, 0, portions.length)
    const failed =
      error instanceof TidemillError
        ? { code: error.code, details: error.details }
        : { message: error instanceof Error ? error.message : String(error) }
    return { found, taken: own?.taken ?? [], failed }
  } finally {
    own?.close()
  }
  return { found, taken: own?.taken ?? [] }
}
