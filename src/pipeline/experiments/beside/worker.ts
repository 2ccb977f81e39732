import { parentPort } from 'node:worker_threads'
import { TidemillError } from '#contract/error'
import { readExperiments } from '../read-experiments.ts'
import type { ReadAnswer, ReadRequest } from './experiments-beside.ts'

parentPort?.on('message', (request: ReadRequest) => parentPort?.postMessage(answer(request)))

function answer({ id, folder, choice }: ReadRequest): ReadAnswer {
  try {
    return { id, read: readExperiments(folder, choice) }
  } catch (error) {
    if (error instanceof TidemillError)
      return { id, failed: { code: error.code, details: error.details } }
    return { id, failed: { message: error instanceof Error ? error.message : String(error) } }
  }
}
