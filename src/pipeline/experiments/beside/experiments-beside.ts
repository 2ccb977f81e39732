import type { Worker } from 'node:worker_threads'
import { TidemillError, type ErrorCode, type ErrorDetails } from '#contract/error'
import { threadBeside } from '#store/thread'
import type { ExperimentChoice, ExperimentsRead } from '../read-experiments.ts'

export interface ReadRequest {
  readonly id: number
  readonly folder: string
  readonly choice: ExperimentChoice
}

export type ReadAnswer = { readonly id: number } & (
  | { readonly read: ExperimentsRead }
  | { readonly failed: Failure }
)

type Failure =
  | { readonly code: ErrorCode; readonly details: ErrorDetails }
  | { readonly message: string }

interface Reader {
  readonly worker: Worker
  readonly asked: Map<number, PromiseWithResolvers<ExperimentsRead>>
}

/** One for the process: it remembers the rows of commits. */
let reader: Reader | undefined
let lastId = 0

/**
 * `readExperiments` by another thread: a commit that was never read takes some Git processes and the parsing of its files, and a page
 * may ask for hundreds. Errors: those of `readExperiments`.
 */
export function experimentsBeside(
  folder: string,
  choice: ExperimentChoice,
): Promise<ExperimentsRead> {
  const { worker, asked } = (reader ??= startReader())
  const id = ++lastId
  const read = Promise.withResolvers<ExperimentsRead>()
  asked.set(id, read)
  worker.ref()
  worker.postMessage({ id, folder, choice } satisfies ReadRequest)
  return read.promise
}

function startReader(): Reader {
  const started: Reader = { worker: threadBeside(import.meta.url), asked: new Map() }
  const { worker, asked } = started
  worker.on('message', (answer: ReadAnswer) => {
    const read = asked.get(answer.id)
    asked.delete(answer.id)
    // A process that has nothing else to do may end.
    if (asked.size === 0) worker.unref()
    if ('read' in answer) read?.resolve(answer.read)
    else read?.reject(problem(answer.failed))
  })
  worker.on('error', (error) => {
    if (reader === started) reader = undefined
    for (const read of asked.values()) read.reject(error)
    asked.clear()
  })
  return started
}

function problem(failed: Failure): Error {
  return 'code' in failed
    ? new TidemillError(failed.code, failed.details)
    : new Error(failed.message)
}
