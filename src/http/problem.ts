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
  const { code, limit, statusCode } = error as {
    code?: string
    limit?: number
    statusCode?: number
  }
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new TidemillError('too_large', { limit: `${limit ?? 'the limit'} bytes` })
    case 'FST_ERR_BAD_URL':
      return new TidemillError('bad_request', {
        problem: 'A % in the path is followed by no UTF-8.',
      })
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new TidemillError('bad_request', { problem: 'A part of the path is too long.' })
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new TidemillError('bad_request', {
        problem: 'The body is not as long as its content-length says.',
      })
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new TidemillError('bad_request', { problem: 'The body must be application/json.' })
    default:
      return statusCode !== undefined && statusCode >= 400 && statusCode < 500
        ? new TidemillError('bad_request', {
            problem: 'The request is not one this server answers.',
          })
        : new TidemillError('internal')
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
      ...(hint === '' ? {} : { hint }),
      details,
      requestId,
    },
    status,
    { 'content-type': 'application/problem+json; charset=utf-8' },
  )
}
