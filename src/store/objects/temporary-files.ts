import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { isMissing, type Files } from '../files/durable.ts'

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
/** Tells this process from an earlier one with its number, as every process numbered 1 in a container. */
const instance = randomBytes(4).toString('hex')
const dayMs = 24 * 60 * 60 * 1000

/** A name for bytes not yet whole, that says who writes them. */
export function temporaryName(): string {
  return `${host}-${process.pid}-${instance}-${randomBytes(6).toString('hex')}`
}

/** Removes what writers left that died: on this machine by their process, on others by age. */
export async function removeStale(folder: string, now: number, files: Files): Promise<void> {
  for (const name of await files.readdir(folder)) {
    const path = join(folder, name)
    try {
      const { mtimeMs } = await files.stat(path)
      if (isAbandoned(name) || now - mtimeMs > dayMs) await files.rm(path, { force: true })
    } catch (error) {
      // Its writer was quicker: the file has its place now.
      if (!isMissing(error)) throw error
    }
  }
}

function isAbandoned(name: string): boolean {
  const [writerHost, pid, writer] = name.split('-')
  if (writerHost !== host || !pid) return false
  if (Number(pid) === process.pid) return writer !== instance
  return !isAlive(Number(pid))
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // It exists, but is another user's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
