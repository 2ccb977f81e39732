import { TidemillError } from '#contract/error'

/** A remote as its errors name it. */
export interface NamedPlace {
  readonly name: string
  readonly place: string
}

export function missingObject(at: NamedPlace, path: string, cause?: unknown): TidemillError {
  return new TidemillError('remote_object_missing', { ...at, path }, cause)
}

export function placeMissing(at: NamedPlace, cause?: unknown): TidemillError {
  return new TidemillError('remote_place_missing', { ...at }, cause)
}

export function unreachable(at: NamedPlace, cause: unknown): TidemillError {
  return new TidemillError('remote_unreachable', { ...at, problem: problemOf(cause) }, cause)
}

export function denied(at: NamedPlace, problem: string, cause?: unknown): TidemillError {
  return new TidemillError('remote_denied', { ...at, problem }, cause)
}

/** What went wrong in one line; of a failed `fetch` the failure below it says more. */
export function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner =
    error.cause instanceof Error
      ? error.cause
      : error instanceof AggregateError
        ? error.errors.find((each: unknown): each is Error => each instanceof Error)
        : undefined
  const [line = ''] = (inner ? problemOf(inner) : error.message).split('\n')
  return line === '' ? error.name : line
}

const lostConnections = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
  'REQUEST_SEND_ERROR',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
])

/** Whether an error says that the other side could not be heard, at any depth of its causes. */
export function isLostConnection(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string' && lostConnections.has(each.code))
      return true
    if (each.name === 'TimeoutError' || each.name === 'AbortError') return true
    if (/socket hang up|aborted|premature close|other side closed/i.test(each.message)) return true
  }
  return error instanceof AggregateError && error.errors.some(isLostConnection)
}
