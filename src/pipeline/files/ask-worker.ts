import type { Worker } from 'node:worker_threads'

/** What several threads work through: each takes the next portion that none has taken. */
export interface SharedWork {
  readonly portions: readonly unknown[]
  /** One number, shared: the portion to take next. */
  readonly next: Int32Array
}

/** What `worker.ts` answers to a task of one of its kinds. After a failure of the thread itself no other takes another portion. */
export function askWorker<Answer>(
  worker: Worker,
  kind: 'read' | 'stat',
  task: SharedWork,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    const fail = (error: unknown): void => {
      Atomics.store(task.next, 0, task.portions.length)
      reject(error)
    }
    worker.once('error', fail)
    worker.once('exit', () => fail(new Error('A thread ended before it answered.')))
    worker.postMessage({ kind, task })
  })
}
