import { json, type ErrorFacts, type Reply } from '#http'

/** What a caller sent is quoted, but not a megabyte of it. */
const longestMessage = 2000

/** An error as MLflow's clients read it. Never a status they would try again on (408, 429, 5xx) for a mistake of the caller. */
export function writeMlflowError({ status, code, message, hint, requestId }: ErrorFacts): Reply {
  const [errorCode, own] = codeOf(status, code)
  const text = hint === '' ? message : `${message} ${hint}`
  const shown = text.length > longestMessage ? `${text.slice(0, longestMessage)} …` : text
  return json({ error_code: errorCode, message: shown, request_id: requestId }, own)
}

function codeOf(status: number, code: string): readonly [string, number] {
  switch (code) {
    case 'not_found':
      return ['RESOURCE_DOES_NOT_EXIST', 404]
    case 'already_exists':
      return ['RESOURCE_ALREADY_EXISTS', 400]
    case 'unauthenticated':
      return ['UNAUTHENTICATED', 401]
    case 'forbidden':
    case 'origin_refused':
      return ['PERMISSION_DENIED', 403]
    case 'unavailable':
      return ['TEMPORARILY_UNAVAILABLE', 503]
    default:
      return status >= 500 ? ['INTERNAL_ERROR', 500] : ['INVALID_PARAMETER_VALUE', 400]
  }
}
