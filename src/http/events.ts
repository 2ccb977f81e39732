import { Readable } from 'node:stream'
import { reply, type Reply } from './reply.ts'

export interface EventOptions {
  /** The id a client sends back as `Last-Event-ID` when it comes again. */
  readonly id?: (value: unknown) => string
  /** How often a comment is sent while there is nothing to say, so that proxies keep the line open. */
  readonly heartbeatMs?: number
  /** How long a client may leave what was sent unread before it is dropped. */
  readonly stallMs?: number
}

/**
 * Server-sent events, one a value. The source is asked for the next value only as fast as the client reads, and is told to
 * end (`return`) when the client is gone or the server stops, which the request's own signal says.
 */
export function events(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
  options: EventOptions = {},
): Reply {
  const { stallMs = 60_000 } = options
  // Nothing is read ahead: what waits for a slow client waits in the source, which may drop it.
  const stream = Readable.from(watched(frames(source, signal, options)), { highWaterMark: 1 })

  async function* watched(texts: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const text of texts) {
      const stalled = setTimeout(() => stream.destroy(), stallMs)
      try {
        yield text
      } finally {
        clearTimeout(stalled)
      }
    }
  }

  const headers = {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  }
  return reply(200, headers, stream, true)
}

async function* frames(
  source: AsyncIterable<unknown>,
  signal: AbortSignal,
  { id, heartbeatMs = 15_000 }: EventOptions,
): AsyncGenerator<string> {
  const iterator = source[Symbol.asyncIterator]()
  // One waiter at a time, woken by a value, the heartbeat or the end: racing promises would keep each turn's closures alive.
  let wake = (): void => undefined
  let arrived: { result: IteratorResult<unknown> } | { error: unknown } | undefined
  const ask = (): void => {
    iterator.next().then(
      (result) => {
        arrived = { result }
        wake()
      },
      (error: unknown) => {
        arrived = { error }
        wake()
      },
    )
  }
  const stop = (): void => wake()
  signal.addEventListener('abort', stop, { once: true })
  try {
    yield ': connected\n\n'
    ask()
    while (!signal.aborted) {
      if (arrived === undefined) {
        const { promise, resolve } = Promise.withResolvers<void>()
        wake = resolve
        const beat = setTimeout(resolve, heartbeatMs)
        await promise
        clearTimeout(beat)
      }
      if (signal.aborted) return
      if (arrived === undefined) {
        yield ': still here\n\n'
        continue
      }
      if ('error' in arrived) throw arrived.error
      if (arrived.result.done) return
      const { value } = arrived.result
      arrived = undefined
      const name = id === undefined ? '' : `id: ${id(value).replaceAll(/[\r\n\0]/g, ' ')}\n`
      yield `${name}data: ${JSON.stringify(value)}\n\n`
      ask()
    }
  } finally {
    signal.removeEventListener('abort', stop)
    // Not awaited: a source that waits for its next value answers only when it comes.
    iterator.return?.().catch(() => undefined)
  }
}
