import { TidemillError } from '#contract'
import { json, type HttpRequest, type Route } from '#http'
import type { Rooms } from '../../rooms.ts'
import { productVersion } from '../../product-version.ts'
import { writeOipError } from './error.ts'
import { invocationAnswer, rowsOfInvocation } from './invocations.ts'
import { infer, modelMetadata, modelReady } from './service.ts'
import type { InputTensor } from './tensors.ts'

type RoomsOf = (request: HttpRequest) => Promise<Rooms>

/** The Open Inference Protocol v2 over HTTP, and MLflow's invocations. A model of the protocol is an endpoint of ours. */
export function oipRoutes(roomsOf: RoomsOf): readonly Route[] {
  const read = {
    method: 'GET',
    permission: 'endpoints:read',
    area: 'inference',
    writeError: writeOipError,
  } as const
  const ask = {
    method: 'POST',
    permission: 'endpoints:predict',
    area: 'inference',
    writeError: writeOipError,
  } as const
  const open = { ...read, permission: 'public' } as const

  async function metadata(request: HttpRequest) {
    const { name = '', version } = request.params
    return modelMetadata(await roomsOf(request), name, version)
  }

  async function ready(request: HttpRequest) {
    const { name = '', version } = request.params
    const isReady = await modelReady(await roomsOf(request), name, version)
    return json({ name, ready: isReady }, isReady ? 200 : 400)
  }

  async function predict(request: HttpRequest) {
    const { name: model = '', version } = request.params
    const asked = inferenceBody(request.body)
    return infer(await roomsOf(request), {
      model,
      ...asked,
      ...(version === undefined ? {} : { version }),
    })
  }

  async function invoke(request: HttpRequest) {
    const rooms = await roomsOf(request)
    const name = request.params.name ?? (await onlyEndpoint(rooms))
    const { signature } = await rooms.serving.signature(name)
    return invocationAnswer(
      await rooms.serving.predict(name, rowsOfInvocation(request.body, signature)),
    )
  }

  return [
    {
      ...open,
      path: '/v2',
      summary: 'The server’s name and extensions',
      handler: () =>
        Promise.resolve({ name: 'tidemill', version: productVersion(), extensions: [] }),
    },
    {
      ...open,
      path: '/v2/health/live',
      summary: 'Whether the server lives',
      handler: () => Promise.resolve({ live: true }),
    },
    {
      ...open,
      path: '/v2/health/ready',
      summary: 'Whether the server is ready',
      handler: () => Promise.resolve({ ready: true }),
    },
    {
      ...read,
      path: '/v2/models/:name',
      summary: 'Inputs and outputs of an endpoint',
      handler: metadata,
    },
    {
      ...read,
      path: '/v2/models/:name/versions/:version',
      summary: 'The same, of a version',
      handler: metadata,
    },
    {
      ...read,
      path: '/v2/models/:name/ready',
      summary: 'Whether an endpoint is ready',
      handler: ready,
    },
    {
      ...read,
      path: '/v2/models/:name/versions/:version/ready',
      summary: 'The same, of a version',
      handler: ready,
    },
    { ...ask, path: '/v2/models/:name/infer', summary: 'Predicts', handler: predict },
    {
      ...ask,
      path: '/v2/models/:name/versions/:version/infer',
      summary: 'Predicts with a version',
      handler: predict,
    },
    {
      ...ask,
      path: '/endpoints/:name/invocations',
      summary: 'Predicts, in MLflow’s forms',
      handler: invoke,
    },
    {
      ...ask,
      path: '/invocations',
      summary: 'The same, where there is one endpoint',
      handler: invoke,
    },
  ]
}

async function onlyEndpoint(rooms: Rooms): Promise<string> {
  const endpoints = await rooms.serving.listed()
  const [first] = endpoints
  if (first && endpoints.length === 1) return first.name
  const names = endpoints.map((each) => `/endpoints/${each.name}/invocations`).join(', ')
  throw new TidemillError('bad_request', {
    problem: first
      ? `There are several endpoints; ask one of ${names}.`
      : 'There is no endpoint yet.',
  })
}

function inferenceBody(body: unknown): {
  id?: string
  inputs: readonly InputTensor[]
  outputs?: readonly string[]
} {
  const { id, inputs, outputs } = (body ?? {}) as {
    id?: unknown
    inputs?: unknown
    outputs?: unknown
  }
  if (!Array.isArray(inputs) || inputs.length === 0) {
    throw new TidemillError('bad_request', {
      problem: 'The body wants a list of tensors under "inputs".',
    })
  }
  for (const [index, tensor] of (inputs as readonly Partial<InputTensor>[]).entries()) {
    const whole =
      typeof tensor?.name === 'string' &&
      typeof tensor.datatype === 'string' &&
      Array.isArray(tensor.data) &&
      Array.isArray(tensor.shape) &&
      tensor.shape.every((axis) => Number.isInteger(axis) && axis >= 0)
    if (!whole) {
      throw new TidemillError('bad_request', {
        problem: `inputs[${index}] wants name, shape, datatype and data.`,
      })
    }
  }
  return {
    inputs: inputs as readonly InputTensor[],
    ...(typeof id === 'string' ? { id } : {}),
    ...(outputs === undefined || outputs === null ? {} : { outputs: namesOf(outputs) }),
  }
}

function namesOf(outputs: unknown): readonly string[] {
  const named = Array.isArray(outputs) ? (outputs as readonly { name?: unknown }[]) : []
  const names = named.map((each) => each?.name)
  if (Array.isArray(outputs) && names.every((name) => typeof name === 'string')) return names
  throw new TidemillError('bad_request', {
    problem: '"outputs" wants a list of objects with a name.',
  })
}
