import { parentPort } from 'node:worker_threads'
import type { WorkerTask } from './ask-worker.ts'
import { readPortions } from './read-portions.ts'
import { statPortions } from './stat-many.ts'

parentPort?.on('message', ({ kind, task }: WorkerTask) => {
  const work = kind === 'read' ? readPortions(task) : statPortions(task)
  void work.then((answer) => parentPort?.postMessage(answer))
})
