import { TidemillError, type ErrorCode } from '#contract'

/** For `assert.rejects`: an error of the catalogue with this code. */
export function isError(code: ErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof TidemillError && error.code === code
}
