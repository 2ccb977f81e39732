import type { Readable } from 'node:stream'
import type { TSchema } from 'typebox'
import type { Permission } from '#contract'
import type { Reply } from './reply.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One route. Without a declared permission the server does not start. */
export interface Route {
  readonly method: Method
  /** `:name` for a parameter, `*` at the end for the rest. */
  readonly path: string
  readonly permission: Permission
  /** Whether somebody comes in who may only in a part of the project; what they reach there is the handler's to check. */
  readonly somewhere?: true
  readonly summary?: string
  readonly area?: string
  /** The shapes of the parts of a request, for the API's page; checking them is the handler's, which knows them as one input. */
  readonly params?: TSchema
  readonly query?: TSchema
  readonly body?: TSchema
  readonly output?: TSchema
  /** `json` unless said; `bytes` hands the body to the handler as a stream, however long it is. */
  readonly accepts?: 'json' | 'bytes'
  readonly bodyLimit?: number
  /** How errors of this route are written; a problem document unless said. */
  readonly writeError?: ErrorWriter
  handler(request: HttpRequest): Promise<unknown>
}

export interface HttpRequest {
  readonly id: string
  readonly method: string
  readonly url: string
  readonly params: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, unknown>>
  readonly body: unknown
  readonly stream: Readable
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly cookies: Readonly<Record<string, string>>
  readonly remoteAddress: string
  /** `https` where the connection is, or a proxy that is trusted says so of the one it has. */
  readonly protocol: string
  /** What `authorize` answered. */
  readonly identity: unknown
  /** Aborts when the client is gone or a stopping server has waited long enough; for events, as soon as it stops. */
  readonly signal: AbortSignal
  /** Headers of the answer, for cookies. */
  setHeader(name: string, value: string | readonly string[]): void
}

/** Turns an error into a foreign protocol's form. */
export type ErrorWriter = (error: ErrorFacts) => Reply

export interface ErrorFacts {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly hint: string
  readonly details: Readonly<Record<string, unknown>>
  readonly requestId: string
}
