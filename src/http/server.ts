import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import cookie from '@fastify/cookie'
import fastify, {
  LogController,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import { permissions, TidemillError } from '#contract'
import { bodyOf } from './body-stream.ts'
import { guardOrigin } from './guard-origin.ts'
import { hideSecrets, type ErrorFields } from './hide-secrets.ts'
import { httpMetrics } from './metrics.ts'
import type { ApiInfo } from './open-api.ts'
import { ownRoutes } from './own-routes.ts'
import { errorFacts, writeProblem } from './problem.ts'
import { readJson } from './read-json.ts'
import { isReply, json, type Reply } from './reply.ts'
import type { HttpRequest, Route } from './route.ts'
import { securityHeaders } from './security-headers.ts'
import { pageNotFound, serveWeb } from './serve-web.ts'
import { underWay, type UnderWay, type UnderWayCall } from './under-way.ts'

export interface ServerOptions {
  readonly routes: readonly Route[]
  /** Who asks, if they may; throws when they may not. */
  readonly authorize: (route: Route, request: HttpRequest) => Promise<unknown>
  readonly host: string
  readonly port: number
  readonly info: ApiInfo
  readonly hosts?: readonly string[]
  /** Addresses and networks of proxies in front: of their requests the forwarded address is who asks. */
  readonly proxies?: readonly string[]
  readonly bodyLimit?: number
  /** The address that is meant by the one that was asked. */
  readonly rewrite?: (request: IncomingMessage) => string
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
  /** Writes into the log, without secrets. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

export function createServer(options: ServerOptions): HttpServer {
  for (const route of options.routes) requirePermission(route)
  const calls = underWay()
  const metrics = httpMetrics(options.metricsText)
  const app = fastify({
    bodyLimit: options.bodyLimit ?? 16 << 20,
    ...(options.proxies ? { trustProxy: [...options.proxies] } : {}),
    ...(options.rewrite ? { rewriteUrl: options.rewrite } : {}),
    genReqId: (request) => requestId(request.headers['x-request-id']),
    routerOptions: { maxParamLength: 2000 },
    schemaController: noSchemas,
    forceCloseConnections: false,
    // What comes on a connection that is open already is still answered; the connection ends with it.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => refuse(error, request, reply),
    logger: {
      level: options.logLevel ?? 'info',
      formatters: { log: (fields) => hideSecrets(fields) as Record<string, unknown> },
      // Plain fields by then, as what was hidden in them.
      serializers: { err: (error: unknown) => error as ErrorFields },
      ...(options.logTo ? { stream: options.logTo } : {}),
    },
    logController: new LogController({ disableRequestLogging: true }),
  })

  readJson(app)
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
    request.log.debug(
      { ...about(request), status: reply.statusCode, ms: reply.elapsedTime },
      'answered',
    )
    done()
  })
  app.setErrorHandler((error, request, reply) => {
    const facts = errorFacts(error, request.id)
    if (facts.status >= 500) request.log.error({ err: error, ...about(request) }, 'failed')
    const { writeError = writeProblem } = configOf(request)
    return send(reply, writeError(facts))
  })

  const all = [...options.routes, ...ownRoutes(options, metrics, app.log)]
  for (const route of all) {
    addRoute(app, route, options, calls)
  }
  if (options.webFolder !== undefined) serveWeb(app, options.webFolder)
  else app.setNotFoundHandler((request) => pageNotFound(request.url))

  return {
    routes: all,
    warn: (fields, message) => app.log.warn(fields, message),

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
      calls.endEndless()
      const deadline = setTimeout(() => {
        calls.abortAll()
        app.server.closeAllConnections()
      }, graceMs)
      // A connection whose last answer has just ended would stay open until its client lets go.
      const idle = setInterval(() => app.server.closeIdleConnections(), 20)
      await app.close()
      clearInterval(idle)
      clearTimeout(deadline)
    },
  }
}

/** Routes check what comes in themselves. Without this fastify would load its two compilers of schemas, and wait for one. */
const noSchemas = { compilersFactory: { buildValidator: never, buildSerializer: never } }

function never(): never {
  throw new TypeError(
    'A route has a schema of fastify’s; it declares its shapes as `params`, `query` and `body`.',
  )
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
  calls: UnderWay,
): void {
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const result = await route.handler(seenBy(request, reply, calls))
    const own = isReply(result) ? result : json(result)
    if (own.payload instanceof Readable && request.method === 'HEAD') {
      own.payload.destroy()
      return send(reply, { ...own, payload: '' })
    }
    if (own.endless) callOf(request, reply, calls).isEndless()
    return send(reply, own)
  }
  const add = (into: FastifyInstance): void => {
    into.route({
      method: route.method,
      url: route.path,
      ...(route.bodyLimit === undefined ? {} : { bodyLimit: route.bodyLimit }),
      config: { route } as object,
      // Before the body is read: a stranger's upload is refused at its first byte.
      onRequest: async (request, reply) => {
        const seen = seenBy(request, reply, calls)
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

function seenBy(request: FastifyRequest, reply: FastifyReply, calls: UnderWay): HttpRequest {
  return {
    id: request.id,
    method: request.method,
    url: request.url,
    params: request.params as Record<string, string>,
    query: request.query as Record<string, unknown>,
    body: request.body,
    get stream() {
      return bodyOf((request.body ?? request.raw) as Readable)
    },
    headers: request.headers,
    cookies: (request.cookies ?? {}) as Record<string, string>,
    remoteAddress: request.ip,
    protocol: request.protocol,
    get identity() {
      return identities.get(request)
    },
    get signal() {
      return callOf(request, reply, calls).signal
    },
    setHeader: (name, value) => void reply.header(name, value),
  }
}

const callsOf = new WeakMap<FastifyRequest, UnderWayCall>()

function callOf(request: FastifyRequest, reply: FastifyReply, calls: UnderWay): UnderWayCall {
  const known = callsOf.get(request)
  if (known) return known
  const call = calls.open()
  callsOf.set(request, call)
  // Of the answer, not of the socket: many requests come over one.
  reply.raw.once('close', () => {
    call.over()
    if (!reply.raw.writableFinished) call.abort()
  })
  return call
}

/** For what the router itself refuses, before any route or hook. */
function refuse(error: Error, request: { readonly id: string }, reply: unknown): void {
  const answer = reply as FastifyReply
  void answer.headers({ ...securityHeaders, 'x-request-id': request.id })
  void send(answer, writeProblem(errorFacts(error, request.id)))
}

function about(request: FastifyRequest): { readonly method: string; readonly path: string } {
  return { method: request.method, path: withoutQuery(request.url) }
}

function send(reply: FastifyReply, { status, headers, payload }: Reply): FastifyReply {
  return reply.code(status).headers(headers).send(payload)
}
