import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** A file of a cache's object store. */
export interface CacheObject {
  readonly file: string
  /** `undefined` for what was left half-written. */
  readonly md5?: string
  /** Whether it lies where DVC 2 kept objects, whose names may be of another hash. */
  readonly legacy: boolean
}

/** Every object of a cache, of both generations. */
export function* cacheObjects(folder: string): Generator<CacheObject> {
  for (const top of [join(folder, 'files', 'md5'), folder]) {
    for (const prefix of names(top)) {
      if (!/^[0-9a-f]{2}$/.test(prefix)) continue
      for (const rest of names(join(top, prefix))) {
        const found = { file: join(top, prefix, rest), legacy: top === folder }
        if (/^[0-9a-f]{30}(?:\.dir)?$/.test(rest)) yield { ...found, md5: `${prefix}${rest}` }
        else if (rest.endsWith('.tmp')) yield found
      }
    }
  }
}

/** Gives an object that is not what its name says another name. */
export function setAside(file: string): void {
  if (!existsSync(file)) return
  const aside = `${file}.damaged`
  renameSync(file, existsSync(aside) ? `${file}.${randomBytes(4).toString('hex')}.damaged` : aside)
}

/** What was set aside in a cache. */
export function asideIn(folder: string): readonly string[] {
  const top = join(folder, 'files', 'md5')
  return names(top).flatMap((prefix) =>
    names(join(top, prefix))
      .filter((name) => name.endsWith('.damaged'))
      .map((name) => join(top, prefix, name)),
  )
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
