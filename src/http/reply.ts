import type { Readable } from 'node:stream'

const mark = Symbol('reply')

/** An answer that is more than a value: a status, headers, bytes or events. */
export interface Reply {
  readonly [mark]: true
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly payload: string | Uint8Array | Readable | null
  /** Whether it goes on until somebody ends it, so that a server that stops must. */
  readonly endless: boolean
}

export function isReply(value: unknown): value is Reply {
  return typeof value === 'object' && value !== null && mark in value
}

export function reply(
  status: number,
  headers: Readonly<Record<string, string>>,
  payload: Reply['payload'],
  endless = false,
): Reply {
  return { [mark]: true, status, headers, payload, endless }
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

/** JSON that is written already: large answers are put together as text, without an object for each part. */
export function jsonText(text: string): Reply {
  // As bytes: a text of a megabyte would be gone through once for its length and once more to be sent.
  return reply(200, { 'content-type': 'application/json; charset=utf-8' }, Buffer.from(text))
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
    status = 200,
    headers = {},
  }: {
    type: string
    filename?: string
    status?: number
    headers?: Readonly<Record<string, string>>
  },
): Reply {
  return reply(
    status,
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
