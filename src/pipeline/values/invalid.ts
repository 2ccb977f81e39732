import { TidemillError } from '#contract/error'

export interface Place {
  readonly line: number
  readonly column: number
}

/** The error of a file that a user wrote, with its place. */
export function invalid(
  file: string,
  place: Place,
  problem: string,
  cause?: unknown,
): TidemillError {
  return new TidemillError('pipeline_invalid', { file, ...place, problem }, cause)
}
