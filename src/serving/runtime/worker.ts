import { parentPort } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Feed, Feeds, Output, Outputs, Request, Response } from './messages.ts'

// Runs models beside the server's thread: a long computation here delays no request there.

/** As promises, so that what comes while a model loads waits for it, and one that does not load says why. */
const sessions = new Map<number, Promise<InferenceSession>>()

parentPort?.on('message', (request: Request) => {
  void answer(request).then(
    (outputs) => send({ id: request.id, outputs }),
    (error: unknown) =>
      send({ id: request.id, problem: error instanceof Error ? error.message : String(error) }),
  )
})

function send(response: Response): void {
  parentPort?.postMessage(response)
}

async function answer(request: Request): Promise<Outputs> {
  switch (request.kind) {
    case 'load': {
      const session = InferenceSession.create(request.file, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        logSeverityLevel: 3,
      })
      sessions.set(request.model, session)
      await session
      return {}
    }
    case 'run':
      return run(request.model, request.feeds)
    case 'release': {
      const session = sessions.get(request.model)
      sessions.delete(request.model)
      await session?.then(
        (loaded) => loaded.release(),
        () => undefined,
      )
      return {}
    }
  }
}

async function run(model: number, feeds: Feeds): Promise<Outputs> {
  const session = await sessions.get(model)
  if (!session) throw new Error('the model is not loaded')
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, feed]) => [name, tensorOf(feed)]),
  )
  const results = await session.run(tensors)
  return Object.fromEntries(
    Object.entries(results).map(([name, tensor]) => [name, outputOf(tensor as Tensor)]),
  )
}

function tensorOf(feed: Feed): Tensor {
  const rows = feed.values.length / feed.width
  const shape = [rows, feed.width]
  switch (feed.kind) {
    case 'float':
      return new Tensor('float32', feed.values, shape)
    case 'integer':
      return new Tensor('int64', feed.values, shape)
    case 'string':
      return new Tensor('string', [...feed.values], shape)
  }
}

function outputOf({ data, dims }: Tensor): Output {
  if (data instanceof Float32Array || data instanceof BigInt64Array)
    return { shape: dims, values: data }
  if (data instanceof Float64Array) return { shape: dims, values: Float32Array.from(data) }
  if (data instanceof Int32Array) return { shape: dims, values: BigInt64Array.from(data, BigInt) }
  return { shape: dims, values: Array.from(data as ArrayLike<unknown>, String) }
}
