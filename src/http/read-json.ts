import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TidemillError } from '#contract'
import { jsonMistake } from './json-error.ts'

/** JSON is the only body that is read for a route: a form or a plain text, which any page may send, is not. */
export function readJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  const read = (
    request: FastifyRequest,
    body: string,
    done: (error: Error | null, value?: unknown) => void,
  ): void => {
    if (body === '') return done(null, undefined)
    void parse(request, body, (error, value) => {
      if (!error) return done(null, value)
      const mistake = jsonMistake(body) ?? 'it has a key that no object may have'
      done(new TidemillError('bad_request', { problem: `The body is not JSON: ${mistake}.` }))
    })
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, read)
  app.addContentTypeParser(/^application\/[\w.-]+\+json/, { parseAs: 'string' }, read)
}
