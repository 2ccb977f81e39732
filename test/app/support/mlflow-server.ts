import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import type { TestContext } from 'node:test'
import type { RunningServer } from '#app'
import { runningServer } from '../../support/home.ts'
import type { Loose } from '../../support/loose.ts'

export interface Answer {
  readonly status: number
  readonly body: Loose
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** Asks as a client would; a path without a slash in front is below `/api/2.0/mlflow/`. It is sent as it is written. */
export type Ask = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

export interface MlflowServer {
  readonly url: string
  readonly server: RunningServer
  readonly ask: Ask
}

export async function mlflowServer(
  t: TestContext,
  options: { readonly host?: string } = {},
): Promise<MlflowServer> {
  const server = await runningServer(t, options)
  return { url: server.url, server, ask: asking(server.port) }
}

export function asking(port: number): Ask {
  return (method, path, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const sent =
        body === undefined || typeof body === 'string' || body instanceof Uint8Array
          ? body
          : JSON.stringify(body)
      const call = request(
        {
          host: '127.0.0.1',
          port,
          method,
          path: path.startsWith('/') ? path : `/api/2.0/mlflow/${path}`,
          headers: {
            ...(sent === undefined
              ? {}
              : {
                  'content-type': 'application/json',
                  'content-length': String(Buffer.byteLength(sent)),
                }),
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString()
            const isJson = /json/.test(response.headers['content-type'] ?? '')
            resolve({
              status: response.statusCode ?? 0,
              body: isJson && text !== '' ? (JSON.parse(text) as Loose) : text,
              headers: response.headers,
            })
          })
        },
      )
      call.once('error', reject)
      call.end(sent)
    })
}

export async function newRun(ask: Ask): Promise<{ experiment: string; run: string }> {
  const name = `e-${randomBytes(6).toString('hex')}`
  const { body } = await ask('POST', 'experiments/create', { name })
  const experiment = body.experiment_id as string
  const made = await ask('POST', 'runs/create', { experiment_id: experiment })
  return { experiment, run: made.body.run.info.run_id as string }
}
