import { Readable } from 'node:stream'

const mark = Symbol('reply')

/** An answer that is more than a value: a status, headers, bytes or events. */
export interface Reply {
  readonly [mark]: true
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string | Uint8Array | Readable | null
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && mark in value
}

function reply(
  status: number,
  headers: Readonly<Record<string, string>>,
  payload: Reply['payload'],
): Reply {
  return { [mark]: true, status, headers, payload }
}

export function json(
  value: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return reply(
    status,
    { 'content-type': 'application/json; charset=utf-8', ...headers },
    JSON.stringify(value),
  )
}

/** Text of a type that a browser may show. */
export function page(text: string, type: string): Reply {
  return reply(200, { 'content-type': type }, text)
}

/** Bytes of a user's: never active content of this origin, whatever type they claim. */
export function bytes(
  payload: Readable | Uint8Array,
  {
    type,
    filename,
    headers = {},
  }: { type: string; filename?: string; headers?: Readonly<Record<string, string>> },
): Reply {
  return reply(
    200,
    {
      'content-type': type,
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
      ...(filename === undefined
        ? {}
        : {
            'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(filename)}`,
          }),
      ...headers,
    },
    payload,
  )
}

export function empty(status = 204): Reply {
  return reply(status, {}, null)
}

const heartbeatMs = 15_000

/** Server-sent events, one a value, with a comment now and then so that proxies keep the line open. */
export function events(source: AsyncIterable<unknown>, signal: AbortSignal): Reply {
  async function* lines(): AsyncIterable<string> {
    yield ': connected\n\n'
    const iterator = source[Symbol.asyncIterator]()
    let next = iterator.next()
    while (!signal.aborted) {
      const beat = Promise.withResolvers<'beat'>()
      const timer = setTimeout(() => beat.resolve('beat'), heartbeatMs)
      const winner = await Promise.race([next, beat.promise])
      clearTimeout(timer)
      if (winner === 'beat') {
        yield ': still here\n\n'
        continue
      }
      if (winner.done) return
      yield `data: ${JSON.stringify(winner.value)}\n\n`
      next = iterator.next()
    }
  }
  return reply(
    200,
    { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' },
    Readable.from(lines()),
  )
}
