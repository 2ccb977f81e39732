import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { TidemillError, type ErrorCode, type ErrorDetails } from '#contract/error'
import { hashFile, type Hashed } from './hash-file.ts'

/** What a worker says of the files that it was given, as far as it came. */
export interface HashAnswer {
  readonly hashed: readonly Hashed[]
  readonly failed?:
    | { readonly code: ErrorCode; readonly details: ErrorDetails }
    | { readonly message: string }
}

export interface FileToHash {
  readonly path: string
  readonly size: number
}

// A thread takes about 40 ms to start; hashing takes about 60 µs a file and 2 ms a megabyte.
const worthThreads = ({ length }: readonly FileToHash[], bytes: number): boolean =>
  length > 2000 || (length > 1 && bytes > 64 << 20)

/** So much is given to a thread at once. */
const portion = { files: 200, bytes: 16 << 20 }

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
)

/** The MD5 of many files, on every core when it is worth it. In the order given. Errors: those of `hashFile`. */
export async function hashMany(files: readonly FileToHash[]): Promise<readonly Hashed[]> {
  const bytes = files.reduce((sum, file) => sum + file.size, 0)
  const threads = Math.min(availableParallelism(), files.length)
  if (threads < 2 || !worthThreads(files, bytes)) {
    const found: Hashed[] = []
    for (const { path } of files) found.push(await hashFile(path))
    return found
  }
  const portions = portionsOf(files)
  const found: Hashed[] = []
  let next = 0
  const workers = Array.from(
    { length: Math.min(threads, portions.length) },
    () => new Worker(workerFile),
  )
  try {
    await Promise.all(
      workers.map(async (worker) => {
        for (let part = portions[next++]; part; part = portions[next++]) {
          const answer = await ask(worker, part)
          if (answer.failed) throw problem(answer.failed)
          for (const [at, hashed] of answer.hashed.entries()) found[part.start + at] = hashed
        }
      }),
    )
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return found
}

interface Portion {
  readonly start: number
  readonly paths: readonly string[]
}

function portionsOf(files: readonly FileToHash[]): readonly Portion[] {
  const portions: Portion[] = []
  for (let start = 0; start < files.length;) {
    let [end, bytes] = [start, 0]
    while (end < files.length && end - start < portion.files && bytes < portion.bytes) {
      bytes += files[end]?.size ?? 0
      end += 1
    }
    portions.push({ start, paths: files.slice(start, end).map(({ path }) => path) })
    start = end
  }
  return portions
}

function ask(worker: Worker, { paths }: Portion): Promise<HashAnswer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      worker.off('message', done)
      worker.off('error', failed)
    }
    const done = (answer: HashAnswer): void => {
      settle()
      resolve(answer)
    }
    const failed = (error: Error): void => {
      settle()
      reject(error)
    }
    worker.on('message', done)
    worker.on('error', failed)
    worker.postMessage(paths)
  })
}

function problem(failed: NonNullable<HashAnswer['failed']>): Error {
  return 'code' in failed
    ? new TidemillError(failed.code, failed.details)
    : new Error(failed.message)
}
