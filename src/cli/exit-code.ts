import { TidemillError } from '#contract/error'

/** What the shell is told, documented in docs/reference/cli.md. */
export const exitCodes = {
  done: 0,
  /** The command worked and its answer is no: a check failed, something is due, a gate refused. */
  no: 1,
  usage: 2,
  badData: 65,
  unavailable: 69,
  fault: 70,
  notAllowed: 77,
  /** What DVC answers, for the commands that have its words. */
  noRepository: 253,
  dvcUsage: 254,
} as const

export function exitCodeOf(error: unknown): number {
  if (!(error instanceof TidemillError)) return exitCodes.fault
  if (error.code === 'gate_refused') return exitCodes.no
  if (error.code === 'repository_missing') return exitCodes.noRepository
  if (error.status === 401 || error.status === 403) return exitCodes.notAllowed
  if (error.status === 400 || error.status === 404 || error.status === 409) return exitCodes.usage
  if (error.status === 422 || error.status === 413) return exitCodes.badData
  if (error.code === 'internal') return exitCodes.fault
  return exitCodes.unavailable
}
