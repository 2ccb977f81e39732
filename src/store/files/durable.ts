import * as nodeFiles from 'node:fs/promises'

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

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
