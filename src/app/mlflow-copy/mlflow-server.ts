import { TidemillError, type ErrorCode, type operations, type OutputOf } from '#contract'
import { spansIn } from '../borders/mlflow/span-file.ts'
import type { Json } from '../json.ts'
import { readAddress, type ServerAddress } from './server-address.ts'

/** A server that speaks MLflow's REST: MLflow's own, or this one. */
export interface MlflowServer {
  readonly url: string
  get(path: string, query?: Readonly<Record<string, string>>): Promise<Json>
  send(method: 'POST' | 'PATCH', path: string, body: Json): Promise<Json>
  /** Pages of every point of a logged model's metrics, as MLflow writes them; none from a server that tells of the newest alone. */
  modelPoints(model: string): AsyncGenerator<readonly Json[]>
  /** The spans of a trace, as they are kept. */
  spans(trace: string): Promise<readonly Json[]>
  /** Spans as OTLP's JSON has them, into an experiment. */
  sendSpans(experiment: string, spans: readonly Json[]): Promise<void>
  /** Every page of a search that is asked by POST, or by GET. */
  pages(
    path: string,
    body: Json,
    field: string,
    method?: 'GET' | 'POST',
  ): AsyncGenerator<readonly Json[]>
  /** The bytes of a file by its path below the server's address. */
  download(path: string): Promise<ReadableStream<Uint8Array>>
  upload(path: string, bytes: ReadableStream<Uint8Array>): Promise<void>
}

/** Paths are of the API's version 2.0 unless they say another: `3.0/traces`. */
function addressOf(path: string): string {
  const [, version = '2.0', rest = path] = /^(\d\.\d)\/(.*)$/s.exec(path) ?? []
  return `/api/${version}/mlflow/${rest}`
}

export function mlflowServer(address: ServerAddress): MlflowServer {
  const { base, headers: always } = readAddress(address)

  async function ask(path: string, init: RequestInit): Promise<Response> {
    let response: Response
    try {
      response = await fetch(`${base}${path}`, {
        ...init,
        headers: { ...always, ...(init.headers as Record<string, string>) },
      })
    } catch (cause) {
      const problem = `${base} does not answer.`
      throw new TidemillError('unavailable', { problem }, cause)
    }
    if (response.ok) return response
    const text = await response.text()
    throw new MlflowRefusal(response.status, `${base}${path.split('?', 1)[0] ?? ''}`, text)
  }

  async function send(method: string, path: string, body: Json): Promise<Json> {
    const response = await ask(addressOf(path), {
      method,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await response.json()) as Json
  }

  async function get(path: string, query: Readonly<Record<string, string>> = {}): Promise<Json> {
    const search = new URLSearchParams(query).toString()
    const response = await ask(`${addressOf(path)}${search === '' ? '' : `?${search}`}`, {})
    return (await response.json()) as Json
  }

  return {
    url: base,
    get,
    send,

    async *modelPoints(model) {
      const path = `/api/logged-models/${encodeURIComponent(model)}/points`
      for (let cursor = ''; ;) {
        const query = new URLSearchParams({ limit: '1000', ...(cursor === '' ? {} : { cursor }) })
        const response = await ask(`${path}?${query.toString()}`, {}).catch((error: unknown) => {
          if (!(error instanceof MlflowRefusal && [403, 404].includes(error.answered))) throw error
        })
        // Only this program's servers know the path; MLflow's with its own login forbids what it does not know.
        if (!response) return
        const { points, next } = (await response.json()) as OutputOf<
          typeof operations.loggedModels.points
        >
        yield points.map(({ time, run, dataset, datasetDigest, ...point }) => ({
          ...{ ...point, timestamp: time, run_id: run },
          ...(dataset === undefined ? {} : { dataset_name: dataset }),
          ...(datasetDigest === undefined ? {} : { dataset_digest: datasetDigest }),
        }))
        if (next === undefined) return
        cursor = next
      }
    },

    async spans(trace) {
      // Refused where they are in a file that a client wrote, which servers hand out below their page's address alone.
      const got = await get('3.0/traces/get', { trace_id: trace }).catch((error: unknown) => {
        if (!(error instanceof MlflowRefusal)) throw error
      })
      const { spans = [] } = (got?.trace ?? {}) as { readonly spans?: readonly Json[] }
      if (spans.length > 0) return spans
      const file = `/ajax-api/2.0/mlflow/get-trace-artifact?request_id=${encodeURIComponent(trace)}`
      return spansIn(await (await ask(file, {})).text())
    },

    async sendSpans(experiment, spans) {
      const response = await ask('/v1/traces', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': experiment },
        body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }),
      })
      await response.body?.cancel()
    },

    async *pages(path, body, field, method = 'POST') {
      let token: unknown
      do {
        const asked = { ...body, ...(typeof token === 'string' ? { page_token: token } : {}) }
        const answer =
          method === 'POST'
            ? await send('POST', path, asked)
            : await get(path, asked as Record<string, string>)
        yield (answer[field] as readonly Json[] | undefined) ?? []
        token = answer.next_page_token
      } while (typeof token === 'string' && token !== '')
    },

    async download(path) {
      const { body } = await ask(path, {})
      return body ?? new ReadableStream<Uint8Array>({ start: (stream) => stream.close() })
    },

    async upload(path, bytes) {
      const init: RequestInit & { duplex: 'half' } = { method: 'PUT', body: bytes, duplex: 'half' }
      await (await ask(path, init)).body?.cancel()
    },
  }
}

/** What a server of MLflow's REST answered instead. */
export class MlflowRefusal extends TidemillError {
  readonly answered: number
  readonly address: string
  /** Whether the thing asked for is not there. */
  readonly isMissing: boolean

  constructor(answered: number, address: string, text: string) {
    const { code, message } = readSaid(text)
    super(refusals[answered] ?? 'peer_refused', { address, answered, said: message })
    this.answered = answered
    this.address = address
    this.isMissing = code === 'RESOURCE_DOES_NOT_EXIST'
  }
}

const refusals: Readonly<Record<number, ErrorCode>> = {
  401: 'peer_login_refused',
  403: 'peer_forbids',
}

function readSaid(text: string): { readonly code: string; readonly message: string } {
  try {
    // What is not MLflow's own is a problem document.
    const { error_code: code, detail, message = detail } = JSON.parse(text) as Json
    return { code: String(code), message: String(message) }
  } catch {
    return { code: '', message: text.slice(0, 200) }
  }
}

/** Undefined instead of a thing that is not there. */
export function orMissing<T>(work: Promise<T>): Promise<T | undefined> {
  return unless(work, ({ isMissing }) => isMissing)
}

/** Undefined instead of a thing that is not there, or is not for who asks to see. */
export function orHidden<T>(work: Promise<T>): Promise<T | undefined> {
  return unless(work, ({ isMissing, code }) => isMissing || code === 'peer_forbids')
}

async function unless<T>(
  work: Promise<T>,
  isNone: (refusal: MlflowRefusal) => boolean,
): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof MlflowRefusal && isNone(error)) return undefined
    throw error
  }
}
