import { hash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLiving, ownMark, type ProcessMark } from '../run/living.ts'

/** The uploads in parts that were begun from here, so that one that was cut off is gone on with, and nobody else's is. */
export interface BegunUploads {
  /** The unfinished upload to a place that no process is making any more. */
  find(place: string): string | undefined
  /** Sends with that upload; it is noted until that has succeeded. */
  send(place: string, id: string, work: () => Promise<void>): Promise<void>
}

interface Noted {
  readonly id: string
  readonly by: ProcessMark
}

/** What this process is sending: whatever else is noted in its name was cut off. */
const underWay = new Set<string>()

/** Keeps them in a folder, so that a later process finds them; for this one alone where there is none. */
export function begunUploads(folder?: string): BegunUploads {
  const here = new Map<string, Noted>()
  const fileOf = (place: string): string | undefined =>
    folder === undefined ? undefined : join(folder, hash('sha256', place, 'hex'))
  const read = (place: string): Noted | undefined => {
    const file = fileOf(place)
    return file === undefined ? here.get(place) : readNoted(file)
  }
  const note = (place: string, noted: Noted): void => {
    const file = fileOf(place)
    if (folder === undefined || file === undefined) here.set(place, noted)
    else {
      mkdirSync(folder, { recursive: true })
      writeFileSync(file, JSON.stringify(noted))
    }
  }
  const forget = (place: string): void => {
    const file = fileOf(place)
    if (file === undefined) here.delete(place)
    else rmSync(file, { force: true })
  }
  return {
    find(place) {
      const noted = read(place)
      if (!noted) return undefined
      const isOurs = noted.by.pid === process.pid && isLiving(noted.by)
      const isTaken = isOurs ? underWay.has(noted.id) : isLiving(noted.by)
      return isTaken ? undefined : noted.id
    },
    async send(place, id, work) {
      underWay.add(id)
      try {
        note(place, { id, by: ownMark() })
        await work()
        // another may have noted its own meanwhile
        if (read(place)?.id === id) forget(place)
      } finally {
        underWay.delete(id)
      }
    },
  }
}

function readNoted(file: string): Noted | undefined {
  try {
    const { id, by } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Noted>
    return typeof id === 'string' && typeof by?.pid === 'number' ? { id, by } : undefined
  } catch {
    return undefined
  }
}
