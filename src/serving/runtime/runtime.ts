import type { Worker } from 'node:worker_threads'
import { TidemillError } from '#contract'
import { threadBeside } from '#store/thread'
import type { Feeds, Outputs, Request, Response } from './messages.ts'

/** A model in memory, ready to run. */
export interface LoadedModel {
  run(feeds: Feeds): Promise<Outputs>
  close(): Promise<void>
}

/** Loads ONNX files and runs them in worker threads. */
export interface Runtime {
  load(file: string, name: string): Promise<LoadedModel>
  close(): Promise<void>
}

interface Waiting {
  readonly request: Request
  readonly resolve: (outputs: Outputs) => void
  readonly reject: (error: Error) => void
  retried: boolean
}

type Unsent = Request extends infer One ? (One extends Request ? Omit<One, 'id'> : never) : never

export type StartWorker = () => Worker

export const startWorker: StartWorker = () => threadBeside(import.meta.url)

/**
 * One thread. When it dies, what was under way is tried once more by a new one, which loads its models first. A thread that dies idle is
 * started anew by the next request, so that one which cannot start at all costs each request two tries and nothing between them.
 */
function startThread(start: StartWorker): {
  ask(request: Unsent): Promise<Outputs>
  close(): Promise<void>
} {
  const waiting = new Map<number, Waiting>()
  const files = new Map<number, string>()
  let nextId = 1
  let closed = false
  let worker: Worker | undefined

  /** A thread with all models but those whose first loading is still asked for. */
  function running(): Worker {
    if (worker) return worker
    const made = start()
    worker = made
    let problem = 'it ended'
    made.unref()
    made.on('message', (response: Response) => {
      const own = waiting.get(response.id)
      waiting.delete(response.id)
      if (waiting.size === 0) made.unref()
      if (!('problem' in response)) return own?.resolve(response.outputs)
      if (own?.request.kind === 'load') files.delete(own.request.model)
      own?.reject(new Error(response.problem))
    })
    made.on('error', (error) => (problem = error instanceof Error ? error.message : String(error)))
    made.on('exit', () => {
      if (made !== worker) return
      worker = undefined
      if (!closed) tryAgain(problem)
    })
    const asked = new Set(
      [...waiting.values()].flatMap(({ request }) =>
        request.kind === 'load' ? [request.model] : [],
      ),
    )
    for (const [model, file] of files) {
      if (!asked.has(model))
        made.postMessage({ kind: 'load', id: 0, model, file } satisfies Request)
    }
    return made
  }

  function tryAgain(problem: string): void {
    for (const [id, own] of waiting) {
      if (!own.retried) continue
      waiting.delete(id)
      if (own.request.kind === 'load') files.delete(own.request.model)
      own.reject(new Error(`the worker died twice with this request: ${problem}`))
    }
    for (const own of waiting.values()) {
      own.retried = true
      send(own.request)
    }
  }

  function send(request: Request): void {
    const to = running()
    to.ref()
    to.postMessage(request)
  }

  return {
    ask(unsent) {
      if (closed) return Promise.reject(new Error('the runtime is closed'))
      const request = { ...unsent, id: nextId++ } as Request
      if (request.kind === 'release') {
        files.delete(request.model)
        if (!worker) return Promise.resolve({})
      }
      return new Promise((resolve, reject) => {
        // The thread is there before the request is among those that wait: a new one is not told of it twice.
        running()
        if (request.kind === 'load') files.set(request.model, request.file)
        waiting.set(request.id, { request, resolve, reject, retried: false })
        send(request)
      })
    },
    async close() {
      closed = true
      await worker?.terminate()
      for (const own of waiting.values()) own.reject(new Error('the runtime is closed'))
      waiting.clear()
    },
  }
}

export function openRuntime(threads = 1, start: StartWorker = startWorker): Runtime {
  const pool: ReturnType<typeof startThread>[] = []
  let nextModel = 1
  let nextThread = 0

  /** Threads start with the first model: a server without models needs none. */
  function threadsFor(): readonly ReturnType<typeof startThread>[] {
    while (pool.length < threads) pool.push(startThread(start))
    return pool
  }

  return {
    async load(file, name) {
      const model = nextModel++
      const own = threadsFor()
      try {
        await Promise.all(own.map((thread) => thread.ask({ kind: 'load', model, file })))
      } catch (error) {
        // Where one thread has it and another has not, nobody is to ask for it.
        await Promise.allSettled(own.map((thread) => thread.ask({ kind: 'release', model })))
        const problem = error instanceof Error ? error.message : String(error)
        throw new TidemillError('model_invalid', { name, problem }, error)
      }
      return {
        run: (feeds) =>
          (own[nextThread++ % own.length] as (typeof own)[number]).ask({
            kind: 'run',
            model,
            feeds,
          }),
        async close() {
          await Promise.all(own.map((thread) => thread.ask({ kind: 'release', model })))
        },
      }
    },
    async close() {
      await Promise.all(pool.map((thread) => thread.close()))
    },
  }
}
