import { parentPort } from 'node:worker_threads'
import { readPortions, type ReadTask } from './read-portions.ts'
import { statPortions, type StatTask } from './stat-many.ts'

type Asked =
  | { readonly kind: 'read'; readonly task: ReadTask }
  | { readonly kind: 'stat'; readonly task: StatTask }

parentPort?.on('message', ({ kind, task }: Asked) => {
  const work = kind === 'read' ? readPortions(task) : statPortions(task)
  void work.then((answer) => parentPort?.postMessage(answer))
})
