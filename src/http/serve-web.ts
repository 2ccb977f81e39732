import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TidemillError } from '#contract'

/** Serves the interface: files named by their hash for ever, the page itself anew each time, for every path that is no API's. */
export function serveWeb(app: FastifyInstance, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) {
    const missing = new TidemillError('pages_missing')
    app.log.warn(`${missing.message} ${missing.hint}`)
    app.setNotFoundHandler((request) => {
      if (wantsPage(request)) throw missing
      pageNotFound(request.url)
    })
    return
  }
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
    if (!wantsPage(request)) pageNotFound(request.url)
    return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page)
  })
}

function wantsPage({ method, url, headers: { accept = '' } }: FastifyRequest): boolean {
  const api = /^\/(api|ajax-api|v2|assets|metrics|health|ready)(\/|$)/.test(url)
  return method === 'GET' && !api && accept.includes('text/html')
}

/** Errors: `not_found`, always. */
export function pageNotFound(url: string): never {
  throw new TidemillError('not_found', { kind: 'page', name: url.split('?', 1)[0] })
}
