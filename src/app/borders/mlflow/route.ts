import type { Identity } from '#auth'
import { TidemillError, type Permission } from '#contract'
import type { HttpRequest, Method, Route } from '#http'
import { inProject, type App, type ProjectApp } from '../../app.ts'
import { isJson } from '../../json.ts'
import { projectOf } from '../../project-of.ts'
import type { Rooms } from '../../rooms.ts'
import { roomsFor } from '../../rooms-for.ts'
import { withDefaultMeant } from './default-experiment.ts'
import { writeMlflowError } from './errors.ts'
import { inputOf, type Input } from './input.ts'

/** What a call of MLflow's clients is answered with and by. */
export interface Call {
  readonly app: ProjectApp
  readonly rooms: Rooms
  readonly who: string
  readonly input: Input
  readonly request: HttpRequest
}

export interface MlflowRoute {
  readonly method: Method
  /** Below `/api/`: `2.0/mlflow/runs/create`. */
  readonly path: string
  readonly permission: Permission
  readonly accepts?: 'bytes'
  /** A path of its own, not below `/api/` and `/ajax-api/`. */
  readonly alone?: boolean
  run(call: Call): Promise<unknown>
}

/** A call as the routes that MLflow's clients and its page use for it. */
export function routesOf(app: App, call: MlflowRoute): readonly Route[] {
  return pathsOf(call).map((path) => ({
    method: call.method,
    path,
    permission: call.permission,
    // What is about runs goes through the caller's own view of tracking, which shows no more than they may see.
    ...(call.permission.startsWith('tracking:') ? { somewhere: true as const } : {}),
    area: 'mlflow',
    summary: "MLflow's REST",
    writeError: writeMlflowError,
    ...(call.accepts === undefined
      ? {}
      : { accepts: call.accepts, bodyLimit: Number.MAX_SAFE_INTEGER }),
    handler: async (request) => {
      const project = projectOf(app, request)
      const identity = request.identity as Identity
      const rooms = await roomsFor(app, project, identity, call.permission)
      const fields = {
        ...request.query,
        ...(call.accepts === 'bytes' ? {} : fieldsOf(request.body)),
        ...request.params,
      }
      const own = inProject(app, project)
      const input = inputOf(await withDefaultMeant(rooms, fields))
      const answer = await call.run({ app: own, rooms, who: identity.name, input, request })
      const area = changedBy(call)
      if (area !== undefined) own.events.emit(area, '*')
      return answer
    },
  }))
}

/** What pages show of what a route writes; those that are not here tell of it themselves, by its name. */
const changed: readonly (readonly [RegExp, string])[] = [
  [/\/(?:experiments|logged-models)(?:\/|$)|\/runs\/(?:log-inputs|outputs)$/, 'runs'],
  [/\/traces(?:\/|$)/, 'traces'],
  [/\/mlflow\/datasets\//, 'evaluationDatasets'],
]

function changedBy({ path, permission }: MlflowRoute): string | undefined {
  if (permission.endsWith(':read')) return undefined
  return changed.find(([paths]) => paths.test(path))?.[1]
}

/** What anybody may ask of the server itself; no project is opened for it. */
export function openRoutes(
  route: Pick<MlflowRoute, 'path' | 'alone'>,
  answer: () => unknown,
): readonly Route[] {
  return pathsOf(route).map((path) => ({
    method: 'GET',
    path,
    permission: 'public',
    area: 'mlflow',
    summary: "MLflow's REST",
    writeError: writeMlflowError,
    handler: () => Promise.resolve(answer()),
  }))
}

function pathsOf({ path, alone = false }: Pick<MlflowRoute, 'path' | 'alone'>): readonly string[] {
  return alone ? [path] : [`/api/${path}`, `/ajax-api/${path}`]
}

/** The body's fields; old clients send JSON inside a JSON text. */
function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (body === undefined || body === null || body === '') return {}
  if (isJson(body)) return body
  if (typeof body === 'string') {
    try {
      const inner: unknown = JSON.parse(body)
      if (isJson(inner)) return inner
    } catch {
      // Said below with what else is no object.
    }
  }
  throw new TidemillError('bad_request', { problem: 'The body must be a JSON object.' })
}
