import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { threadBeside } from '#store/thread'
import { askWorker, type SharedWork } from './ask-worker.ts'

/** Threads beside this one, for all that is to be done with the files of one target. */
export interface Threads {
  /** One for each other core, and no more than `most` in all; this one goes on while they start. */
  start(most: number): void
  /** What each of them answers, and this one, which works as `here` does. */
  share<Task extends SharedWork, Answer>(
    kind: 'read' | 'stat',
    task: Task,
    here: (task: Task) => Promise<Answer>,
  ): Promise<readonly Answer[]>
  close(): Promise<unknown>
}

export function openThreads(): Threads {
  const workers: Worker[] = []
  const close = (): Promise<unknown> =>
    Promise.all(workers.splice(0).map((worker) => worker.terminate()))
  return {
    start(most) {
      const wanted = Math.min(availableParallelism() - 1, most)
      while (workers.length < wanted) workers.push(threadBeside(import.meta.url))
    },
    async share<Task extends SharedWork, Answer>(
      kind: 'read' | 'stat',
      task: Task,
      here: (task: Task) => Promise<Answer>,
    ) {
      const others = workers.map((worker) => askWorker<Answer>(worker, kind, task))
      try {
        return await Promise.all([...others, here(task)])
      } catch (error) {
        // one that died answers nothing more, and another may still owe an answer
        await close()
        throw error
      }
    },
    close,
  }
}
