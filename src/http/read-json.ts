import type { FastifyInstance, FastifyRequest } from 'fastify'
import { TidemillError } from '#contract'
import { jsonMistake } from './json-error.ts'

/** What is nested deeper would end the stack of whoever walks it. */
const deepest = 200

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
      if (!error && !isDeep(value)) return done(null, value)
      if (!error) {
        const problem = `The body is nested deeper than ${deepest} levels.`
        return done(new TidemillError('bad_request', { problem }))
      }
      const mistake = jsonMistake(body) ?? 'it has a key that no object may have'
      done(new TidemillError('bad_request', { problem: `The body is not JSON: ${mistake}.` }))
    })
  }
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, read)
  app.addContentTypeParser(/^application\/[\w.-]+\+json/, { parseAs: 'string' }, read)
}

/** Level by level, without a stack of calls. */
function isDeep(value: unknown): boolean {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) return true
    const next: unknown[] = []
    const keep = (part: unknown): void => {
      if (typeof part === 'object' && part !== null) next.push(part)
    }
    for (const each of level) {
      if (typeof each !== 'object' || each === null) continue
      // Without lists of their parts, or names for those of a list: a batch has a thousand objects.
      if (Array.isArray(each)) for (const part of each as readonly unknown[]) keep(part)
      else for (const name in each) keep((each as Readonly<Record<string, unknown>>)[name])
    }
    level = next
  }
  return false
}
