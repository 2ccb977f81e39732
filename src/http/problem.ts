import { catalogue, TidemillError } from '#contract'
import type { ErrorFacts } from './route.ts'
import { json, type Reply } from './reply.ts'

/** What an error tells the caller. One that is not ours tells nothing of itself: its cause is in the log under the request's id. */
export function errorFacts(error: unknown, requestId: string): ErrorFacts {
  const known = error instanceof TidemillError ? error : translated(error)
  return {
    status: known.status,
    code: known.code,
    message: known.message,
    hint: known.hint,
    details: known.details,
    requestId,
  }
}

/** Errors of the framework, by what they mean. */
function translated(error: unknown): TidemillError {
  const { code, message, limit } = error as { code?: string; message?: string; limit?: number }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new TidemillError('too_large', { limit: `${limit ?? 'the limit'} bytes` })
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
    case 'FST_ERR_CTP_EMPTY_JSON_BODY':
      return new TidemillError('bad_request', { problem: `The body is not JSON: ${message}` })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new TidemillError('bad_request', { problem: 'The body must be application/json.' })
    default:
      if (error instanceof SyntaxError) {
        return new TidemillError('bad_request', { problem: `The body is not JSON: ${message}` })
      }
      return new TidemillError('internal')
  }
}

/** A problem document (RFC 9457). */
export function writeProblem(facts: ErrorFacts): Reply {
  const { status, code, message, hint, details, requestId } = facts
  return json(
    {
      type: `/docs/errors#${code}`,
      title: code in catalogue ? code.replaceAll('_', ' ') : 'error',
      status,
      detail: message,
      code,
      hint,
      details,
      requestId,
    },
    status,
    { 'content-type': 'application/problem+json; charset=utf-8' },
  )
}
