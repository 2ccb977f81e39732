import { Readable } from 'node:stream'
import type { TObject, TSchema } from 'typebox'
import { allOperations, pathParameters, TidemillError, type Operation } from '#contract'
import type { Identity } from '#auth'
import { bytes, events, type Route } from '#http'
import { inProject, type App } from './app.ts'
import { projectOf } from './project-of.ts'
import { opened, type Context, type Download } from './handler.ts'
import { implementationOf } from './handlers/all.ts'
import { inputProblem } from './input-problem.ts'
import { roomsFor } from './rooms-for.ts'

/** Every operation as a route. */
export function operationRoutes(app: App): readonly Route[] {
  return allOperations.map((operation) => routeOf(app, operation))
}

function routeOf(app: App, operation: Operation): Route {
  // Loaded and compiled by the first request: a start would pay for all of them at once.
  let prepared: ReturnType<typeof prepare> | undefined
  const { method, kind = 'json' } = operation
  const inQuery = method === 'GET' || method === 'DELETE' || kind === 'upload'
  const parts = splitShape(operation)
  return {
    method,
    path: operation.path,
    permission: operation.permission,
    ...(operation.perExperiment ? { somewhere: true as const } : {}),
    summary: operation.summary,
    area: operation.name.split('.')[0] ?? 'other',
    output: operation.output,
    ...(parts.params ? { params: parts.params } : {}),
    ...(parts.rest ? (inQuery ? { query: parts.rest } : { body: parts.rest }) : {}),
    ...(kind === 'upload' ? { accepts: 'bytes' as const, bodyLimit: Number.MAX_SAFE_INTEGER } : {}),

    async handler(request) {
      const { project: _, ...query } = request.query
      const written = fromText({ ...request.params, ...(inQuery ? query : {}) }, operation.input)
      const input: Record<string, unknown> = {
        ...(inQuery ? {} : objectOf(request.body)),
        ...written,
      }
      const { shape, implementation } = await (prepared ??= prepare(operation))
      if (!shape.Check(input)) throw inputProblem(shape.Errors(input))
      const identity = request.identity as Identity
      const cookies: string[] = []
      const project = projectOf(app, request)
      const rooms = implementation.inProject
        ? await roomsFor(app, project, identity, operation.permission)
        : undefined
      const context: Context = {
        app: inProject(app, project),
        project,
        get rooms() {
          return opened(rooms, operation)
        },
        identity,
        who: identity.name,
        body: kind === 'upload' ? request.stream : Readable.from([]),
        get signal() {
          return request.signal
        },
        request,
        setCookie: (cookie) => void cookies.push(cookie),
      }
      const result = await implementation.run(input, context)
      if (cookies.length > 0) request.setHeader('set-cookie', cookies)
      if (kind === 'events') return events(result as AsyncIterable<unknown>, context.signal)
      if (kind !== 'download') return result
      const { bytes: payload, ...facts } = result as Download
      return bytes(payload, facts)
    },
  }
}

async function prepare({ name, input }: Operation) {
  const { Compile } = await import('typebox/compile')
  return { shape: Compile(input), implementation: await implementationOf(name) }
}

function objectOf(body: unknown): object {
  if (body === undefined || body === null) return {}
  if (typeof body === 'object' && !Array.isArray(body)) return body
  throw new TidemillError('bad_request', { problem: 'The body must be a JSON object.' })
}

interface Properties {
  readonly [name: string]: TSchema & { readonly type?: string }
}

/** Texts of the address as the numbers and booleans their fields want; a text that is none stays, and is refused by the check. */
function fromText(
  given: Readonly<Record<string, unknown>>,
  input: TObject,
): Record<string, unknown> {
  const properties = input.properties as Properties
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => {
      const type = properties[name]?.type
      if (typeof value !== 'string') return [name, value]
      if (
        (type === 'integer' || type === 'number') &&
        value.trim() !== '' &&
        !Number.isNaN(Number(value))
      ) {
        return [name, Number(value)]
      }
      if (type === 'boolean' && (value === 'true' || value === 'false'))
        return [name, value === 'true']
      return [name, value]
    }),
  )
}

function splitShape({ path, input }: Operation): { params?: TSchema; rest?: TSchema } {
  const names = pathParameters(path)
  const properties = Object.entries(input.properties as Properties)
  const pick = (inPath: boolean): TSchema | undefined => {
    const own = properties.filter(([name]) => names.includes(name) === inPath)
    if (own.length === 0) return undefined
    const required = (input.required as readonly string[] | undefined) ?? []
    return {
      type: 'object',
      properties: Object.fromEntries(own),
      required: own.map(([name]) => name).filter((name) => required.includes(name)),
    } as TSchema
  }
  const [params, rest] = [pick(true), pick(false)]
  return { ...(params ? { params } : {}), ...(rest ? { rest } : {}) }
}
