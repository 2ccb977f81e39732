import { mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { basename, dirname, extname, join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { syncFolder } from '../files/durable.ts'

/** Copies a database that others may be writing to; the file appears whole or not at all. */
export async function copyDatabase(source: DatabaseSync, file: string): Promise<void> {
  const folder = dirname(file)
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}.tmp`)
  try {
    // The online backup begins anew whenever another connection writes, and never ends while they keep writing; this reads one
    // snapshot from beginning to end.
    source.prepare('vacuum into ?').run(temporary)
    const handle = await open(temporary, 'r+')
    try {
      await handle.chmod(0o600)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await syncFolder(folder)
}

const kept = 5

/** A copy in `backups/` beside the database, named by the time; only the newest five of a database are kept. */
export async function backupBeside(
  source: DatabaseSync,
  file: string,
  now: number,
): Promise<string> {
  const folder = join(dirname(file), 'backups')
  const extension = extname(file)
  const stem = `${basename(file, extension)}-`
  const time = new Date(now).toISOString().replaceAll(/[:.]/g, '-')
  const made = join(folder, `${stem}${time}-${randomBytes(2).toString('hex')}${extension}`)
  await copyDatabase(source, made)
  const all = (await readdir(folder)).filter((name) => name.startsWith(stem))
  // The names sort by time.
  const old = all.toSorted().slice(0, -kept)
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })))
  return made
}
