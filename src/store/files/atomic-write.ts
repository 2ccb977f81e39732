import { randomBytes } from 'node:crypto'
import { basename, dirname, join } from 'node:path'
import { explainFullDisk } from '#contract'
import { syncFolder, systemFiles, type Files } from './durable.ts'

export interface AtomicWriteOptions {
  /** Permissions of the file; 0644 unless said. */
  readonly mode?: number
}

/**
 * Replaces a file as a whole: whoever reads it, also after a crash, sees the old bytes or the new ones. Resolves when the new
 * ones are durable. Errors: `disk_full`, and then the old file is as it was.
 */
export async function atomicWrite(
  file: string,
  bytes: Uint8Array | string,
  options: AtomicWriteOptions = {},
  files: Files = systemFiles,
): Promise<void> {
  const folder = dirname(file)
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    const handle = await files.open(temporary, 'wx', options.mode ?? 0o644)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await files.rename(temporary, file)
  } catch (error) {
    await files.rm(temporary, { force: true })
    throw explainFullDisk(error, file)
  }
  await syncFolder(folder, files)
}
