import type { Readable } from 'node:stream'
import type { Static, TObject, TSchema } from 'typebox'
import type { Operation } from '#contract'
import type { Identity } from '#auth'
import type { ProjectApp } from './app.ts'
import type { Rooms } from './rooms.ts'

/** What a handler works with besides its input, when it is about the server and not about what is in a project. */
export interface ServerContext {
  readonly app: ProjectApp
  /** The project that was named; it need not be there. */
  readonly project: string
  readonly identity: Identity
  /** The name that is recorded as who did it. */
  readonly who: string
  /** The bytes of an upload. */
  readonly body: AsyncIterable<Uint8Array>
  readonly signal: AbortSignal
  /** What came with an HTTP request: for signing in and out, and for parts of files. */
  readonly request?: {
    readonly remoteAddress: string
    readonly cookies: Readonly<Record<string, string>>
    readonly headers: Readonly<Record<string, string | string[] | undefined>>
  }
  /** Sets a cookie on the answer. */
  setCookie(cookie: string): void
}

/** The same for one that works in a project. */
export interface Context extends ServerContext {
  readonly rooms: Rooms
}

/** The rooms of a context, which only an operation about the server goes without. */
export function opened(rooms: Rooms | undefined, { name }: Operation): Rooms {
  if (rooms) return rooms
  throw new TypeError(`${name} is about the server; no project is opened for it`)
}

/** Bytes as an answer. */
export interface Download {
  readonly bytes: Readable | Uint8Array
  readonly type: string
  readonly filename?: string
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
}

export interface Implementation {
  readonly operation: Operation
  /** Whether the project is opened for it. */
  readonly inProject: boolean
  run(input: unknown, context: Context): Promise<unknown>
}

/** Binds an operation to what it does. Its input has been checked against the operation's shape. */
export function implement<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  run: (input: Static<Input>, context: Context) => Promise<Static<Output>>,
): Implementation {
  return {
    operation,
    inProject: true,
    run: (input, context) => run(input as Static<Input>, context),
  }
}

/** The same for an operation about the server, for which no project is opened. */
export function implementServer<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  run: (input: Static<Input>, context: ServerContext) => Promise<Static<Output>>,
): Implementation {
  return {
    operation,
    inProject: false,
    run: (input, context) => run(input as Static<Input>, context),
  }
}

/** The same for an operation that answers with bytes. */
export function implementDownload<Input extends TObject>(
  operation: Operation<Input>,
  run: (input: Static<Input>, context: Context) => Promise<Download>,
): Implementation {
  return {
    operation,
    inProject: true,
    run: (input, context) => run(input as Static<Input>, context),
  }
}

/** The same for an operation that answers with a stream of events. */
export function implementEvents<Input extends TObject, Output extends TSchema>(
  operation: Operation<Input, Output>,
  run: (input: Static<Input>, context: Context) => AsyncIterable<Static<Output>>,
): Implementation {
  return {
    operation,
    inProject: true,
    run: (input, context) => Promise.resolve(run(input as Static<Input>, context)),
  }
}
