import type { TObject, TSchema, Static } from 'typebox'
import { catalogue, type ErrorCode } from './error-catalogue.ts'
import { TidemillError, type ErrorDetails } from './error.ts'
import { pathParameters, type Operation } from './operation.ts'

export type UploadBody = Uint8Array | ReadableStream<Uint8Array> | Blob

/** Runs operations, wherever they run: over HTTP, or in this process. */
export interface Caller {
  call<Input extends TObject, Output extends TSchema>(
    operation: Operation<Input, Output>,
    input: Static<Input>,
    body?: UploadBody,
  ): Promise<Static<Output>>
  download(
    operation: Operation,
    input: Readonly<Record<string, unknown>>,
  ): Promise<ReadableStream<Uint8Array>>
}

export interface ClientOptions {
  readonly url: string
  readonly token?: string
  readonly project?: string
  /** Sent with each call, for example a CSRF token. */
  readonly headers?: () => Readonly<Record<string, string>>
  readonly fetch?: typeof fetch
}

/** A caller that talks to a server. */
export function httpCaller(options: ClientOptions): Caller {
  const send = options.fetch ?? fetch

  async function request(
    operation: Operation,
    input: object,
    body?: UploadBody,
  ): Promise<Response> {
    const { url, rest } = address(options.url, operation, input)
    const headers = new Headers(options.headers?.())
    if (options.token) headers.set('authorization', `Bearer ${options.token}`)
    if (options.project) headers.set('x-tidemill-project', options.project)
    const init: RequestInit & { duplex?: 'half' } = { method: operation.method, headers }
    if (operation.kind === 'upload') {
      headers.set('content-type', 'application/octet-stream')
      init.body = (body ?? new Uint8Array()) as NonNullable<RequestInit['body']>
      init.duplex = 'half'
    } else if (rest !== undefined) {
      headers.set('content-type', 'application/json')
      init.body = JSON.stringify(rest)
    }
    const response = await send(url, init).catch((cause: unknown) => {
      throw new TidemillError('unavailable', { problem: `${options.url} does not answer.` }, cause)
    })
    if (!response.ok) throw await problemOf(response)
    return response
  }

  return {
    async call<Input extends TObject, Output extends TSchema>(
      operation: Operation<Input, Output>,
      input: Static<Input>,
      body?: UploadBody,
    ): Promise<Static<Output>> {
      const response = await request(operation, input as object, body)
      return (await response.json()) as Static<Output>
    },
    async download(operation, input) {
      const response = await request(operation, input)
      return response.body ?? new Blob([]).stream()
    },
  }
}

/** Path parameters go into the path; the rest into the query, or (returned) into the body. */
function address(
  base: string,
  operation: Operation,
  input: object,
): { readonly url: string; readonly rest?: Record<string, unknown> } {
  const rest: Record<string, unknown> = { ...input }
  let path = operation.path
  for (const name of pathParameters(operation.path)) {
    path = path.replace(`:${name}`, encodeURIComponent(String(rest[name])))
    delete rest[name]
  }
  // Below the base, which may lead into a project: `http://host/p/NAME`.
  const url = new URL(`.${path}`, base.endsWith('/') ? base : `${base}/`)
  const inQuery =
    operation.method === 'GET' || operation.method === 'DELETE' || operation.kind === 'upload'
  if (!inQuery) return { url: url.href, rest }
  for (const [name, value] of Object.entries(rest)) {
    if (value === undefined) continue
    url.searchParams.set(name, typeof value === 'string' ? value : JSON.stringify(value))
  }
  return { url: url.href }
}

async function problemOf(response: Response): Promise<TidemillError> {
  const problem = (await response.json().catch(() => ({}))) as {
    code?: string
    detail?: string
    details?: ErrorDetails
  }
  if (problem.code !== undefined && problem.code in catalogue) {
    return new TidemillError(problem.code as ErrorCode, problem.details ?? {})
  }
  return new TidemillError(response.status >= 500 ? 'unavailable' : 'bad_request', {
    problem: problem.detail ?? `The server answered ${response.status}.`,
  })
}
