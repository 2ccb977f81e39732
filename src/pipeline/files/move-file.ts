import { randomBytes } from 'node:crypto'
import { copyFileSync, renameSync, rmSync, chmodSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Renames a file, across file systems too: what has the new name is whole. */
export function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error
    const near = join(dirname(to), `.${randomBytes(8).toString('hex')}.tmp`)
    try {
      copyFileSync(from, near)
      chmodSync(near, statSync(from).mode)
      renameSync(near, to)
    } catch (problem) {
      rmSync(near, { force: true })
      throw problem
    }
    rmSync(from, { force: true })
  }
}
