import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { TidemillError } from '#contract'

/** Serves the interface: files named by their hash for ever, the page itself anew each time, for every path that is no API's. */
export function serveWeb(app: FastifyInstance, folder: string): void {
  void app.register(fastifyStatic, {
    root: join(folder, 'assets'),
    prefix: '/assets/',
    immutable: true,
    maxAge: '365d',
    preCompressed: true,
    decorateReply: false,
  })
  void app.register(fastifyStatic, {
    root: folder,
    prefix: '/',
    wildcard: false,
    index: false,
    decorateReply: false,
    cacheControl: false,
    globIgnore: ['assets/**', 'index.html'],
  })
  const page = readFileSync(join(folder, 'index.html'))
  app.setNotFoundHandler((request, reply) => {
    const { accept = '' } = request.headers
    const api = /^\/(api|ajax-api|v2|assets|metrics|health|ready)(\/|$)/.test(request.url)
    if (request.method !== 'GET' || api || !accept.includes('text/html')) {
      throw new TidemillError('not_found', { kind: 'page', name: request.url.split('?', 1)[0] })
    }
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
  })
}
