import type { Worker } from 'node:worker_threads'
import { digestFromHex, type Digest } from '#contract'
import { threadBeside } from '../thread.ts'

/** What the thread is told of a file that is being written. */
export type DigestRequest = { readonly id: number } & (
  | { readonly kind: 'open'; readonly file: string }
  | { readonly kind: 'written'; readonly size: number }
  | { readonly kind: 'digest' | 'drop' }
)

export type DigestAnswer = { readonly id: number } & (
  | { readonly digest: string }
  | { readonly problem: string }
)

/** The digest of a file that is still written, made by another thread that reads behind the writer. */
export interface DigestBehind {
  /** So many bytes of the file can be read now. */
  written(size: number): void
  /** Of all that was written. */
  digest(): Promise<Digest>
  /** Lets the file go unread; does nothing after `digest`. */
  drop(): void
}

interface Reader {
  readonly worker: Worker
  readonly files: Map<number, PromiseWithResolvers<Digest>>
}

/** One for all files of the process; there while there is one to read. */
let reader: Reader | undefined
let lastId = 0

export function digestBehind(file: string): DigestBehind {
  const own = (reader ??= startReader())
  const id = ++lastId
  const found = Promise.withResolvers<Digest>()
  // Whoever asks for the digest hears of it; who fails before has an error of its own.
  found.promise.catch(() => undefined)
  own.files.set(id, found)
  const tell = (request: DigestRequest): void => own.worker.postMessage(request)
  tell({ id, kind: 'open', file })
  return {
    written: (size) => tell({ id, kind: 'written', size }),
    digest() {
      tell({ id, kind: 'digest' })
      return found.promise
    },
    drop() {
      if (!own.files.has(id)) return
      tell({ id, kind: 'drop' })
      letGo(own, id)
    },
  }
}

function startReader(): Reader {
  const started: Reader = { worker: threadBeside(import.meta.url), files: new Map() }
  started.worker.unref()
  started.worker.on('message', (answer: DigestAnswer) => {
    const file = started.files.get(answer.id)
    if ('digest' in answer) file?.resolve(digestFromHex(answer.digest))
    else file?.reject(new Error(`The bytes that were written cannot be read: ${answer.problem}`))
    letGo(started, answer.id)
  })
  started.worker.on('error', (error) => {
    if (reader === started) reader = undefined
    for (const file of started.files.values()) file.reject(error)
    started.files.clear()
  })
  return started
}

/** The thread ends with its last file. */
function letGo(own: Reader, id: number): void {
  own.files.delete(id)
  if (own.files.size > 0) return
  if (reader === own) reader = undefined
  void own.worker.terminate()
}
