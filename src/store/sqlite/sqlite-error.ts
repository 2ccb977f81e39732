import { TidemillError } from '#contract'

interface SqliteError extends Error {
  readonly errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

/** SQLite's primary result code; extended codes carry it in their low byte. */
function primaryCode(error: unknown): number | undefined {
  return isSqliteError(error) ? error.errcode & 0xff : undefined
}

const busy = 5
const corrupt = 11
const full = 13
const cannotOpen = 14
const notADatabase = 26

export function isBusy(error: unknown): boolean {
  return primaryCode(error) === busy
}

/** Says in our words what users can act on; any other error stays as it is. */
export function explainSqliteError(error: unknown, file: string): unknown {
  switch (primaryCode(error)) {
    case corrupt:
    case notADatabase:
      return new TidemillError('home_corrupt', { file, problem: textOf(error) }, error)
    case full:
      return new TidemillError('disk_full', { what: file }, error)
    case busy: {
      const problem = `The database ${file} is being written to by another process.`
      return new TidemillError('unavailable', { problem }, error)
    }
    case cannotOpen: {
      const problem = `The database ${file} cannot be opened: ${textOf(error)}.`
      return new TidemillError('unavailable', { problem }, error)
    }
    default:
      return error
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
