import type { Worker } from 'node:worker_threads'
import type { ReadAnswer, ReadTask } from './read-portions.ts'
import type { StatTask } from './stat-many.ts'

/** What `worker.ts` can be asked; it answers each with one message. */
export type WorkerTask =
  | { readonly kind: 'read'; readonly task: ReadTask }
  | { readonly kind: 'stat'; readonly task: StatTask }

export const workerFile: URL = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
)

/** After a failure of the thread itself no other takes another portion. */
export function askWorker(worker: Worker, asked: WorkerTask & { kind: 'read' }): Promise<ReadAnswer>
export function askWorker(worker: Worker, asked: WorkerTask): Promise<unknown>
export function askWorker(worker: Worker, asked: WorkerTask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', (error) => {
      Atomics.store(asked.task.next, 0, asked.task.portions.length)
      reject(error)
    })
    worker.postMessage(asked)
  })
}
