// Any Node from 18 on can read this file.
import { mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'

/**
 * Where Node keeps what it has compiled: a folder that only this user can write, since what lies there is run. Node's own choice is
 * below the temporary folder, where another user may have been first. Nothing where no such folder can be made.
 */
export function compileCacheFolder() {
  try {
    const caches = process.env.XDG_CACHE_HOME ?? ''
    const folder = join(
      isAbsolute(caches) ? caches : join(homedir(), '.cache'),
      'tidemill',
      'compiled',
    )
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(folder)
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? folder : undefined
  } catch {
    return undefined
  }
}
