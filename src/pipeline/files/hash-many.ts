import { TidemillError } from '#contract/error'
import type { Hashed } from './hash-file.ts'
import { readPortions, type Portion, type ReadAnswer, type ReadTask } from './read-portions.ts'
import type { ObjectPlaces } from './take-in.ts'
import type { Threads } from './threads.ts'

export interface FileToHash {
  readonly path: string
  /** Where it is known. */
  readonly size?: number
}

/** For more files, or more bytes, threads are started, which takes 75 ms of each: a file takes about 60 µs, a megabyte 2 ms. */
export const worthThreads = { files: 2000, bytes: 64 << 20 }

/** So much a thread takes at once; of files that nobody has looked at so few that large ones do not all lie with one. */
const portion = { files: 200, unknown: 32, bytes: 16 << 20 }

/** The MD5 of many files, on every core when it is worth it. In the order given. Errors: those of `hashFile`. */
export async function hashMany(
  files: readonly FileToHash[],
  threads: Threads,
): Promise<readonly Hashed[]> {
  return (await readMany(files, threads)).hashed
}

/** The same, and each small file becomes an object of a cache by the way, where that has none by its name. */
export async function readMany(
  files: readonly FileToHash[],
  threads: Threads,
  into?: ObjectPlaces,
): Promise<{ readonly hashed: readonly Hashed[]; readonly taken: readonly string[] }> {
  const portions = portionsOf(files)
  const next = new Int32Array(new SharedArrayBuffer(4))
  const task: ReadTask = { portions, next, ...(into ? { into } : {}) }
  const bytes = files.reduce((sum, file) => sum + (file.size ?? 0), 0)
  if (files.length > worthThreads.files || bytes > worthThreads.bytes)
    threads.start(portions.length - 1)
  const hashed: Hashed[] = []
  const taken: string[] = []
  for (const answer of await threads.share('read', task, readPortions)) {
    if (answer.failed) throw problem(answer.failed)
    for (const { start, hashed: some } of answer.found)
      for (const [at, one] of some.entries()) hashed[start + at] = one
    for (const md5 of answer.taken) taken.push(md5)
  }
  return { hashed, taken }
}

function portionsOf(files: readonly FileToHash[]): readonly Portion[] {
  const portions: Portion[] = []
  for (let start = 0; start < files.length;) {
    let [end, bytes] = [start, 0]
    while (end < files.length && end - start < portion.files && bytes < portion.bytes) {
      bytes += files[end]?.size ?? portion.bytes / portion.unknown
      end += 1
    }
    portions.push({ start, paths: files.slice(start, end).map(({ path }) => path) })
    start = end
  }
  return portions
}

function problem(failed: NonNullable<ReadAnswer['failed']>): Error {
  return 'code' in failed
    ? new TidemillError(failed.code, failed.details)
    : new Error(failed.message)
}
