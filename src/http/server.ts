import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { permissions, TidemillError } from '#contract'
import { apiPage } from './api-page.ts'
import { guardOrigin } from './guard-origin.ts'
import { httpMetrics } from './metrics.ts'
import { openApi, type ApiInfo } from './open-api.ts'
import { errorFacts, writeProblem } from './problem.ts'
import { bytes, isReply, json, page, type Reply } from './reply.ts'
import type { HttpRequest, Route } from './route.ts'
import { securityHeaders } from './security-headers.ts'
import { serveWeb } from './serve-web.ts'

export interface ServerOptions {
  readonly routes: readonly Route[]
  /** Who asks, if they may; throws when they may not. */
  readonly authorize: (route: Route, request: HttpRequest) => Promise<unknown>
  readonly host: string
  readonly port: number
  readonly info: ApiInfo
  readonly hosts?: readonly string[]
  readonly bodyLimit?: number
  /** trace to fatal, or silent. */
  readonly logLevel?: string
  readonly logTo?: { write(line: string): void }
  readonly webFolder?: string
  /** Each must resolve for the server to be ready. */
  readonly readiness?: Readonly<Record<string, () => Promise<void>>>
  /** Further lines for /metrics. */
  readonly metricsText?: () => Promise<string>
}

export interface HttpServer {
  /** Listens; resolves with the address. */
  start(): Promise<{ readonly url: string; readonly port: number }>
  /** Takes no more requests, finishes those under way (at most `graceMs`), ends streams. */
  stop(graceMs?: number): Promise<void>
  readonly routes: readonly Route[]
}

/** Keys whose values never reach the log. */
const secrets = ['authorization', 'cookie', 'password', 'token', 'x-csrf-token', 'set-cookie']

export function createServer(options: ServerOptions): HttpServer {
  for (const route of options.routes) requirePermission(route)
  const stopping = new AbortController()
  const metrics = httpMetrics(options.metricsText)
  const app = fastify({
    bodyLimit: options.bodyLimit ?? 16 << 20,
    genReqId: (request) => requestId(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 2000 },
    forceCloseConnections: false,
    return503OnClosing: true,
    logger: {
      level: options.logLevel ?? 'info',
      redact: secrets.flatMap((key) => [`req.headers["${key}"]`, `*.${key}`, `*["${key}"]`]),
      serializers: {
        req: (request: FastifyRequest) => ({
          method: request.method,
          url: withoutQuery(request.url),
        }),
      },
      ...(options.logTo ? { stream: options.logTo } : {}),
    },
    logController: new LogController({ disableRequestLogging: true }),
  })

  void app.register(cookie)
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...securityHeaders, 'x-request-id': request.id })
    guardOrigin(request.method, request.headers, {
      bound: options.host,
      hosts: options.hosts ?? [],
    })
  })
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    metrics.observe(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    request.log.debug({ req: request, status: reply.statusCode, ms: reply.elapsedTime }, 'answered')
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const facts = errorFacts(error, request.id)
    if (facts.status >= 500) request.log.error({ err: error, req: request }, 'failed')
    const { writeError = writeProblem } = configOf(request)
    return send(reply, writeError(facts))
  })

  const all = [...options.routes, ...ownRoutes(options, metrics)]
  for (const route of all) {
    addRoute(app, route, options, stopping.signal)
  }
  if (options.webFolder !== undefined && existsSync(options.webFolder)) {
    serveWeb(app, options.webFolder)
  } else {
    app.setNotFoundHandler((request) => {
      throw new TidemillError('not_found', { kind: 'page', name: withoutQuery(request.url) })
    })
  }

  return {
    routes: all,

    async start() {
      try {
        await app.listen({ host: options.host, port: options.port })
      } catch (error) {
        if ((error as { code?: string }).code !== 'EADDRINUSE') throw error
        throw new TidemillError('port_taken', { port: options.port, host: options.host }, error)
      }
      const { port } = app.server.address() as AddressInfo
      const name = options.host.includes(':') ? `[${options.host}]` : options.host
      const shown = options.host === '0.0.0.0' || options.host === '::' ? 'localhost' : name
      return { url: `http://${shown}:${port}`, port }
    },

    async stop(graceMs = 10_000) {
      stopping.abort()
      const deadline = setTimeout(() => app.server.closeAllConnections(), graceMs)
      app.server.closeIdleConnections()
      await app.close()
      clearTimeout(deadline)
    },
  }
}

function requirePermission(route: Route): void {
  const { permission } = route
  if (permission === 'public' || permissions.includes(permission)) return
  throw new TypeError(`${route.method} ${route.path} declares no permission that exists`)
}

/** A caller's own id, if it is short and plain. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.-]{1,100}$/.test(given) ? given : randomUUID()
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] ?? url
}

function addRoute(
  app: FastifyInstance,
  route: Route,
  options: ServerOptions,
  stopping: AbortSignal,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const result = await route.handler(seenBy(request, reply, stopping))
    return send(reply, isReply(result) ? result : json(result))
  }
  const add = (into: FastifyInstance): void => {
    into.route({
      method: route.method,
      url: route.path,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      config: { route } as object,
      // Before the body is read: a stranger's upload is refused at its first byte.
      onRequest: async (request, reply) => {
        const seen = seenBy(request, reply, stopping)
        const identity = await options.authorize(route, seen)
        identities.set(request, identity)
      },
      handler: answer,
    })
  }
  if (route.accepts !== 'bytes') {
    add(app)
    return
  }
  void app.register((scope, _, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload))
    add(scope)
    done()
  })
}

const identities = new WeakMap<FastifyRequest, unknown>()

function configOf(request: FastifyRequest): Partial<Route> {
  return (request.routeOptions.config as { route?: Route }).route ?? {}
}

function seenBy(request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal): HttpRequest {
  return {
    id: request.id,
    method: request.method,
    url: request.url,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    get stream() {
      return (request.body ?? request.raw) as Readable
    },
    headers: request.headers,
    cookies: (request.cookies ?? {}) as Record<string, string>,
    remoteAddress: request.ip,
    get identity() {
      return identities.get(request)
    },
    get signal() {
      return goneOrStopping(request, stopping)
    },
    setHeader: (name, value) => void reply.header(name, value),
  }
}

function goneOrStopping(request: FastifyRequest, stopping: AbortSignal): AbortSignal {
  const gone = new AbortController()
  request.raw.socket.once('close', () => gone.abort())
  return AbortSignal.any([gone.signal, stopping])
}

function send(reply: FastifyReply, { status, headers, payload }: Reply): FastifyReply {
  return reply.code(status).headers(headers).send(payload)
}

function ownRoutes(
  options: ServerOptions,
  metrics: ReturnType<typeof httpMetrics>,
): readonly Route[] {
  const open = { method: 'GET', permission: 'public', area: 'server' } as const
  return [
    {
      ...open,
      path: '/health',
      summary: 'Whether the process lives',
      handler: () => Promise.resolve({ status: 'ok' }),
    },
    {
      ...open,
      path: '/ready',
      summary: 'Whether it can do its work',
      handler: () => ready(options),
    },
    {
      ...open,
      path: '/metrics',
      permission: 'self:read',
      summary: 'Metrics for Prometheus',
      async handler() {
        const { type, body } = await metrics.text()
        return bytes(Buffer.from(body), { type })
      },
    },
    {
      ...open,
      path: '/api/openapi.json',
      summary: 'This API as OpenAPI 3.1',
      handler: () => Promise.resolve(openApi(options.routes, options.info)),
    },
    {
      ...open,
      path: '/api/docs',
      summary: 'This API as a page',
      handler: () =>
        Promise.resolve(page(apiPage(options.routes, options.info), 'text/html; charset=utf-8')),
    },
  ]
}

async function ready({ readiness = {} }: ServerOptions): Promise<Reply> {
  const checks = await Promise.all(
    Object.entries(readiness).map(async ([name, check]) => {
      const problem = await check().then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      )
      return { name, ready: problem === undefined, ...(problem === undefined ? {} : { problem }) }
    }),
  )
  const all = checks.every((check) => check.ready)
  return json({ ready: all, checks }, all ? 200 : 503)
}
