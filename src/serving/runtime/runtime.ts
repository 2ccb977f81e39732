import module from 'node:module'
import { Worker } from 'node:worker_threads'
import { TidemillError } from '#contract'
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

const workerFile = new URL(
  import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js',
  import.meta.url,
)

/** One thread. When it dies it is started anew with its models, and what was under way is tried once more. */
function startThread(): {
  ask(request: Unsent): Promise<Outputs>
  close(): Promise<void>
} {
  const waiting = new Map<number, Waiting>()
  const files = new Map<number, string>()
  let nextId = 1
  let closed = false
  let worker = spawn()

  function spawn(): Worker {
    // Threads do not share what bin/tidemill.js set up: without the cache one would load what strips types, for 90 ms.
    const cache = module.getCompileCacheDir()
    const env = { ...process.env, ...(cache === undefined ? {} : { NODE_COMPILE_CACHE: cache }) }
    const made = new Worker(workerFile, { env })
    made.unref()
    made.on('message', (response: Response) => {
      const own = waiting.get(response.id)
      waiting.delete(response.id)
      if (waiting.size === 0) made.unref()
      if ('problem' in response) own?.reject(new Error(response.problem))
      else own?.resolve(response.outputs)
    })
    made.on('error', () => undefined)
    made.on('exit', () => {
      if (made === worker && !closed) restart()
    })
    return made
  }

  function restart(): void {
    worker = spawn()
    for (const [model, file] of files)
      worker.postMessage({ kind: 'load', id: 0, model, file } satisfies Request)
    for (const [id, own] of waiting) {
      if (own.retried) {
        waiting.delete(id)
        own.reject(new Error('the worker died twice with this request'))
      } else {
        own.retried = true
        worker.ref()
        worker.postMessage(own.request)
      }
    }
  }

  return {
    ask(unsent) {
      const request = { ...unsent, id: nextId++ } as Request
      if (request.kind === 'load') files.set(request.model, request.file)
      if (request.kind === 'release') files.delete(request.model)
      return new Promise((resolve, reject) => {
        waiting.set(request.id, { request, resolve, reject, retried: false })
        worker.ref()
        worker.postMessage(request)
      })
    },
    async close() {
      closed = true
      await worker.terminate()
      for (const own of waiting.values()) own.reject(new Error('the runtime is closed'))
      waiting.clear()
    },
  }
}

export function openRuntime(threads = 1): Runtime {
  const pool: ReturnType<typeof startThread>[] = []
  let nextModel = 1
  let nextThread = 0

  /** Threads start with the first model: a server without models needs none. */
  function threadsFor(): readonly ReturnType<typeof startThread>[] {
    while (pool.length < threads) pool.push(startThread())
    return pool
  }

  return {
    async load(file, name) {
      const model = nextModel++
      const own = threadsFor()
      try {
        await Promise.all(own.map((thread) => thread.ask({ kind: 'load', model, file })))
      } catch (error) {
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
