import { request as ask, type IncomingHttpHeaders } from 'node:http'
import type { TestContext } from 'node:test'
import type { Route } from '#http'
import { createServer, type HttpServer, type ServerOptions } from '#http/server'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Asked {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Served {
  readonly server: HttpServer
  readonly url: string
  readonly port: number
  readonly log: string[]
  /** Sends what no `fetch` would: any path, any Host. */
  ask(path: string, asked?: Asked): Promise<Answer>
}

/** A server on a free port of this machine, stopped after the test. */
export async function serve(
  t: TestContext,
  routes: readonly Route[],
  options: Partial<ServerOptions> = {},
): Promise<Served> {
  const log: string[] = []
  const server = createServer({
    routes,
    authorize: () => Promise.resolve('somebody'),
    host: '127.0.0.1',
    port: 0,
    info: { name: 'Test', version: '1.2.3' },
    logTo: { write: (line) => void log.push(line) },
    ...options,
  })
  const { url, port } = await server.start()
  t.after(() => server.stop(100))
  return { server, url, port, log, ask: (path, asked) => send(port, path, asked) }
}

function send(port: number, path: string, asked: Asked = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body } = asked
  return new Promise((resolve, reject) => {
    const request = ask({ host: '127.0.0.1', port, path, method, headers, agent: false }, (got) => {
      let text = ''
      got.setEncoding('utf8')
      got.on('data', (part: string) => (text += part))
      got.on('end', () => resolve({ status: got.statusCode ?? 0, headers: got.headers, text }))
      got.on('error', reject)
    })
    request.on('error', reject)
    request.end(body)
  })
}

export function route(
  method: Route['method'],
  path: string,
  handler: Route['handler'],
  more: Partial<Route> = {},
): Route {
  return { method, path, permission: 'self:read', handler, ...more }
}
