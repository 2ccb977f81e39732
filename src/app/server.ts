import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nobody, type Guest, type Identity } from '#auth'
import { isForThisMachine, isLoopback, type HttpRequest, type Route } from '#http'
import { createServer } from '#http/server'
import { openApp, type App } from './app.ts'
import { startBackground } from './background.ts'
import { mlflowRoutes } from './borders/mlflow/routes.ts'
import type { RunningGrpc } from './borders/oip/grpc/grpc-server.ts'
import { oipRoutes } from './borders/oip/routes.ts'
import { productVersion } from './product-version.ts'
import { enterProject, projectOf } from './project-of.ts'
import { operationRoutes } from './routes.ts'

export interface StartOptions {
  readonly home: string
  readonly host: string
  readonly port: number
  /** Where gRPC listens; nowhere without it. */
  readonly grpcPort?: number
  readonly workspace?: string
  readonly logLevel?: string
  readonly logTo?: { write(line: string): void }
  /** Without jobs, monitors and policies: a server for one command. */
  readonly idle?: boolean
  /** For one script: the only one who may ask, and the project of who names none. */
  readonly alone?: { readonly guest: Guest; readonly project: string }
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  readonly grpcPort?: number
  readonly app: App
  stop(): Promise<void>
}

/** Everything in one process: the interface, the API, the borders, and the work behind them. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { home, host, port, workspace, logLevel, logTo } = options
  const { alone } = options
  const app = await openApp({
    home,
    loopback: isLoopback(host) && !alone,
    forOneCommand: options.idle ?? false,
    ...(alone ? { guest: alone.guest, usual: alone.project } : {}),
    ...(workspace === undefined ? {} : { workspace }),
  })
  try {
    // Opened now, so that a database that cannot be used is said at once and not at the first request.
    const rooms = await app.project('default')
    const server = createServer({
      routes: allRoutes(app),
      authorize: (route, request) => authorize(app, route, request),
      host,
      port,
      info: { name: 'Tidemill', version: productVersion() },
      webFolder: webFolder(),
      rewrite: enterProject,
      readiness: {
        database: async () => void (await rooms.applied.read()),
        endpoints: async () => void (await rooms.serving.listed()),
      },
      metricsText: () => servingMetrics(app),
      ...(app.config.server?.hosts ? { hosts: app.config.server.hosts } : {}),
      ...(app.config.server?.proxies ? { proxies: app.config.server.proxies } : {}),
      ...(app.config.server?.bodyBytes ? { bodyLimit: app.config.server.bodyBytes } : {}),
      ...(logLevel === undefined ? {} : { logLevel }),
      ...(logTo === undefined ? {} : { logTo }),
    })
    const listening = await server.start()
    const grpc = await startInference(app, options).catch(async (error: unknown) => {
      await server.stop()
      throw error
    })
    const background = options.idle
      ? undefined
      : startBackground(
          app,
          (who, project) => serveScript({ home, workspace: app.workspace, who, project }),
          (fields) => server.warn(fields, 'did not work; it is tried again'),
        )
    return {
      ...listening,
      ...(grpc ? { grpcPort: grpc.port } : {}),
      app,
      async stop() {
        await Promise.all([server.stop(), grpc?.stop(), background?.stop()])
        await app.close()
      },
    }
  } catch (error) {
    await app.close()
    throw error
  }
}

/**
 * The same home for one script of this machine. Others of the machine can reach it too, so it lets in nobody but who brings the token;
 * and that one only to runs of the project: no more than whoever asked for the script may do.
 */
export async function serveScript({
  who,
  project,
  ...place
}: {
  readonly home: string
  readonly workspace?: string
  readonly who: string
  readonly project: string
}): Promise<{ readonly url: string; readonly token: string; stop(): Promise<void> }> {
  const token = randomBytes(32).toString('base64url')
  const scopes = ['tracking:read', 'tracking:write'] as const
  const identity = { name: who, by: 'token', grants: { [project]: 'editor' }, scopes } as const
  const alone = { guest: { token, identity }, project }
  const here = { host: '127.0.0.1', port: 0, logLevel: 'silent', idle: true, alone } as const
  const { url, stop } = await startServer({ ...place, ...here })
  return { url, token, stop }
}

/** Every route there is: what the walk over identities goes through. */
export function allRoutes(app: App): readonly Route[] {
  const rooms = (request: HttpRequest) => app.project(projectOf(app, request))
  return [...operationRoutes(app), ...oipRoutes(rooms), ...mlflowRoutes(app)]
}

/** gRPC, loaded only where it is asked for. */
async function startInference(
  app: App,
  { host, grpcPort }: StartOptions,
): Promise<RunningGrpc | undefined> {
  if (grpcPort === undefined) return undefined
  const { startGrpc } = await import('./borders/oip/grpc/grpc-server.ts')
  return startGrpc({
    host,
    port: grpcPort,
    bodyLimit: app.config.server?.bodyBytes ?? 16 << 20,
    roomsOf: ({ headers }) => app.project(projectOf(app, { headers, query: {} })),
    authorize: async (permission, { headers, remoteAddress }) =>
      void (await authorize(
        app,
        { permission },
        {
          method: 'POST',
          headers,
          cookies: {},
          query: {},
          remoteAddress,
        },
      )),
  })
}

type Asker = Pick<HttpRequest, 'method' | 'headers' | 'cookies' | 'query' | 'remoteAddress'>

async function authorize(
  app: App,
  { permission, somewhere }: Pick<Route, 'permission' | 'somewhere'>,
  asker: Asker,
): Promise<Identity> {
  const { method, headers, cookies, remoteAddress } = asker
  // A proxy on this machine is a peer on this machine, too; it asks in the name that others know the server by.
  const local = isLoopback(remoteAddress) && isForThisMachine(headers.host)
  const asked = app.auth.identify({ method, headers, cookies, local })
  // What is open to everybody is open to somebody with a worn-out token, too.
  if (permission === 'public') return asked.catch(() => nobody)
  const identity = await asked
  app.auth.authorize(identity, permission, projectOf(app, asker), somewhere)
  return identity
}

function webFolder(): string {
  // From source the built interface is in dist/; the built copy has it beside itself.
  const [fromSource, built] = ['../../dist/web', '../web'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  )
  return built && existsSync(`${built}/index.html`) ? built : (fromSource ?? '')
}

async function servingMetrics(app: App): Promise<string> {
  const lines = [
    '# TYPE tidemill_endpoint_requests_total counter',
    '# TYPE tidemill_endpoint_failures_total counter',
    '# TYPE tidemill_predictions_dropped_total counter',
  ]
  for (const rooms of app.opened()) {
    for (const { name, requests, failures } of await rooms.serving.listed()) {
      const labels = `{project="${rooms.project}",endpoint="${name.replace(/["\\\n]/g, '_')}"}`
      lines.push(
        `tidemill_endpoint_requests_total${labels} ${requests}`,
        `tidemill_endpoint_failures_total${labels} ${failures}`,
      )
    }
    lines.push(
      `tidemill_predictions_dropped_total{project="${rooms.project}"} ${rooms.serving.log.dropped}`,
    )
  }
  return `${lines.join('\n')}\n`
}
