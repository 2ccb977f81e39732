import type { Route } from './route.ts'

export interface ApiInfo {
  readonly name: string
  readonly version: string
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

/** The OpenAPI 3.1 document of the routes; a shape is the JSON Schema that requests are checked with. */
export function openApi(routes: readonly Route[], info: ApiInfo): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{rest}')
    const entry = (paths[path] ??= {})
    entry[route.method.toLowerCase()] = {
      summary: route.summary ?? '',
      tags: [route.area ?? 'other'],
      description: route.permission === 'public' ? 'Public.' : `Needs \`${route.permission}\`.`,
      parameters: [
        ...parameters(route.params as ObjectSchema | undefined, 'path'),
        ...parameters(route.query as ObjectSchema | undefined, 'query'),
      ],
      ...bodyOf(route),
      responses: {
        200: {
          description: 'Done',
          ...(route.output === undefined
            ? {}
            : { content: { 'application/json': { schema: route.output } } }),
        },
        default: {
          description: 'A problem document',
          content: {
            'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
          },
        },
      },
      ...(route.permission === 'public' ? { security: [] } : {}),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: info.name, version: info.version, license: { name: 'Apache-2.0' } },
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: problemSchema },
    },
  }
}

const problemSchema = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    hint: { type: 'string' },
    details: { type: 'object' },
    requestId: { type: 'string' },
  },
}

function parameters(schema: ObjectSchema | undefined, where: 'path' | 'query'): object[] {
  return Object.entries(schema?.properties ?? {}).map(([name, shape]) => ({
    name,
    in: where,
    required: where === 'path' || (schema?.required ?? []).includes(name),
    schema: shape,
  }))
}

function bodyOf(route: Route): object {
  if (route.accepts === 'bytes') {
    return {
      requestBody: {
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    }
  }
  if (route.body === undefined) return {}
  return {
    requestBody: { required: true, content: { 'application/json': { schema: route.body } } },
  }
}
