import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import type { TakeBytes } from './hash-file.ts'
import { cleaning, explained, newFiles } from './new-files.ts'

/** Where objects lie by their digest, and where they are made. */
export interface ObjectPlaces {
  readonly objects: string
  readonly temporary: string
}

/** Puts the bytes of files among the objects, and tells which it made. */
export interface Taker {
  readonly take: TakeBytes
  readonly taken: readonly string[]
  close(): void
}

export function taker({ objects, temporary }: ObjectPlaces): Taker {
  // one folder of its own: threads that make files in the same one wait for each other
  const own = explained(temporary, () => mkdtempSync(`${temporary}/`))
  const files = newFiles(own)
  const names = new Map<string, Set<string>>()
  const taken: string[] = []

  function namesOf(prefix: string): Set<string> {
    const known = names.get(prefix) ?? listed(`${objects}/${prefix}`)
    names.set(prefix, known)
    return known
  }

  return {
    taken,
    close: () => rmSync(own, { recursive: true, force: true }),
    take(path, bytes, md5) {
      const [prefix, name] = [md5.slice(0, 2), md5.slice(2)]
      const known = explained(path, () => namesOf(prefix))
      // one that is there may not be what its name says: who asks for it has it verified
      if (known.has(name)) return
      const made = files.temporary()
      cleaning(made, path, () => {
        files.write(made, bytes)
        renameSync(made, `${objects}/${prefix}/${name}`)
      })
      known.add(name)
      taken.push(md5)
    },
  }
}

/** What lies in a folder, which is there afterwards. */
function listed(folder: string): Set<string> {
  try {
    return new Set(readdirSync(folder))
  } catch {
    mkdirSync(folder, { recursive: true })
    return new Set()
  }
}
