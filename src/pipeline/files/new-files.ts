import { randomBytes } from 'node:crypto'
import * as fs from 'node:fs'
import { dirname } from 'node:path'
import { explainFullDisk } from '#contract/error'

/** Makes files of which a name means a whole one: written elsewhere on the same disk, then moved to their name. */
export interface NewFiles {
  /** A name of one's own to write to, in the folder given. */
  temporary(): string
  write(temporary: string, bytes: Uint8Array | string, mode?: number): void
  /** Moves a finished file to its name: the last step. */
  publish(temporary: string, target: string): void
}

/** `folder` is there already: files that are made in one are laid side by side by the disk, in a tenth of the time that 256 folders take. */
export function newFiles(folder: string): NewFiles {
  const made = new Set<string>()
  const ownName = randomBytes(8).toString('hex')
  let last = 0
  return {
    // without asking for chance each time
    temporary: () => `${folder}/${ownName}-${++last}`,
    write(temporary, bytes, mode = 0o444) {
      const handle = fs.openSync(temporary, 'wx', mode)
      try {
        fs.writeFileSync(handle, bytes)
      } finally {
        fs.closeSync(handle)
      }
    },
    publish(temporary, target) {
      const place = dirname(target)
      if (!made.has(place)) fs.mkdirSync(place, { recursive: true })
      made.add(place)
      fs.renameSync(temporary, target)
    },
  }
}

/** Of a failure nothing is left beside. Errors: `disk_full`, which names what there was no room for. */
export function cleaning<T>(temporary: string, what: string, work: () => T): T {
  return explained(what, () => {
    try {
      return work()
    } catch (error) {
      fs.rmSync(temporary, { force: true })
      throw error
    }
  })
}

/** Errors: `disk_full`, which names what there was no room for. */
export function explained<T>(what: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw explainFullDisk(error, what)
  }
}
