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
    const given = process.env.XDG_CACHE_HOME ?? ''
    const caches = isAbsolute(given) ? given : join(homedir(), '.cache')
    // HOME may be empty: what lies below the present folder may be anybody's, a repository's that was cloned for one.
    if (!isAbsolute(caches)) return undefined
    const folder = join(caches, 'tidemill', 'compiled')
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const { uid, mode } = statSync(folder)
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? folder : undefined
  } catch {
    return undefined
  }
}
