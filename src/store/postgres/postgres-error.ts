import { TidemillError } from '#contract'

const serializationFailure = '40001'
const deadlock = '40P01'

/** No text of the type, a number out of range, no escape, no pattern, and what is too large for an index. */
const unfit = ['22P02', '22003', '22025', '2201B', '54000']

export function isConflict(error: unknown): boolean {
  const code = codeOf(error)
  return code === serializationFailure || code === deadlock
}

/** Says in our words what users can act on; any other error stays as it is. `name` must not hold the password. */
export function explainPostgresError(error: unknown, name: string): unknown {
  const code = codeOf(error)
  if (code === '53100') return new TidemillError('disk_full', { what: name }, error)
  if (code === '22021' || code === '22P05') {
    const problem = 'A text holds a NUL character, which the database cannot keep.'
    return new TidemillError('bad_request', { problem }, error)
  }
  if (unfit.includes(code)) {
    const problem = `The database does not take a value that was given: ${textOf(error)}.`
    return new TidemillError('bad_request', { problem }, error)
  }
  if (code === 'XX001' || code === 'XX002') {
    return new TidemillError('home_corrupt', { file: name, problem: textOf(error) }, error)
  }
  if (!isConflict(error) && !isUnreachable(code, textOf(error))) return error
  const problem = isConflict(error)
    ? `The database ${name} is too busy: ${textOf(error)}.`
    : `The database ${name} does not answer: ${textOf(error)}.`
  return new TidemillError('unavailable', { problem }, error)
}

/** Classes 08 (connection), 53 (resources), 57P (shut down) of SQLSTATE, and what sockets say. */
function isUnreachable(code: string, text: string): boolean {
  return (
    /^(?:08|53|57P)/.test(code) ||
    /^E(?:CONN|TIMEDOUT|NOTFOUND|HOSTUNREACH|PIPE|AI_AGAIN)/.test(code) ||
    /^Connection terminated|timeout expired|timeout exceeded/.test(text)
  )
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : ''
}

function textOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(textOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
