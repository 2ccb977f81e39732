import { parentPort } from 'node:worker_threads'
import { readPortions, type ReadTask } from './read-portions.ts'

parentPort?.once('message', (task: ReadTask) => {
  void readPortions(task).then((answer) => parentPort?.postMessage(answer))
})
