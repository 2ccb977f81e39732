import * as nodeFiles from 'node:fs/promises'
import { TidemillError } from '#contract'

/** The calls that writing needs from the file system; tests hand in ones that fail. */
export type Files = Pick<
  typeof nodeFiles,
  'open' | 'rename' | 'mkdir' | 'readdir' | 'rm' | 'stat' | 'unlink' | 'utimes'
>

export const systemFiles: Files = nodeFiles

/** Makes the names in a folder durable, as `fsync` of a file does its bytes. */
export async function syncFolder(folder: string, files: Files = systemFiles): Promise<void> {
  const handle = await files.open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** No space and no quota become `disk_full`; any other error stays as it is. */
export function explainFileError(error: unknown, what: string): unknown {
  const code = codeOf(error)
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error
  return new TidemillError('disk_full', { what }, error)
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === 'ENOENT'
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
