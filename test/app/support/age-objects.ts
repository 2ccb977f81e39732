import { readdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes every object of a project look as if it had been stored an hour ago. */
export async function ageObjects(projectFolder: string): Promise<void> {
  const then = new Date(Date.now() - 3_600_000)
  const root = join(projectFolder, 'objects')
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), then, then)
  }
}
