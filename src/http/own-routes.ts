import type { FastifyBaseLogger } from 'fastify'
import { apiPage } from './api-page.ts'
import type { HttpMetrics } from './metrics.ts'
import { openApi, type ApiInfo } from './open-api.ts'
import { bytes, json, page, type Reply } from './reply.ts'
import type { Route } from './route.ts'

interface Served {
  readonly routes: readonly Route[]
  readonly info: ApiInfo
  readonly readiness?: Readonly<Record<string, () => Promise<void>>>
}

/** What every server answers besides its routes: whether it lives and can work, its metrics, and what it can be asked. */
export function ownRoutes(
  options: Served,
  metrics: HttpMetrics,
  log: FastifyBaseLogger,
): readonly Route[] {
  const open = { method: 'GET', permission: 'public', area: 'server' } as const
  return [
    {
      ...open,
      path: '/health',
      summary: 'Whether the process lives',
      // The word that MLflow's clients and their launch scripts wait for.
      handler: () => Promise.resolve(page('OK', 'text/plain; charset=utf-8')),
    },
    {
      ...open,
      path: '/ready',
      summary: 'Whether it can do its work',
      handler: () => ready(options, log),
    },
    {
      ...open,
      path: '/metrics',
      // Of all projects there are.
      permission: 'server:read',
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

/** Anybody may ask, so the answer names the checks only; why one failed is in the log. */
async function ready({ readiness = {} }: Served, log: FastifyBaseLogger): Promise<Reply> {
  const checks = await Promise.all(
    Object.entries(readiness).map(async ([name, check]) => {
      const isReady = await check().then(
        () => true,
        (error: unknown) => {
          log.warn({ err: error, check: name }, 'not ready')
          return false
        },
      )
      return { name, ready: isReady }
    }),
  )
  const all = checks.every((check) => check.ready)
  return json({ ready: all, checks }, all ? 200 : 503)
}
