import { hash } from 'node:crypto'
import type { FileStamp } from './hash-file.ts'

/** Times of files advance in steps of the kernel's tick, at most 10 ms; two writes within one look the same. */
export const clockGrainMs = 20

/**
 * What was found out of many entries together, kept under one digest of all their names and stamps: when the digest is the same,
 * so is what was found, and none of it need be looked up.
 */
export interface Prints<Found> {
  /** Whether anything was found by this key, with whatever print. */
  has(key: string): boolean
  get(key: string, print: string): Found | undefined
  set(key: string, print: string, found: Found): void
}

/** Takes in the entries one after the other; the order they come in counts. */
export interface Printer {
  add(name: string, stats: FileStamp): void
  /** The digest of all. */
  print(): string
  /** When the newest change of any was (ms). */
  readonly newest: number
  readonly count: number
  /** What was taken in at a position. */
  stamp(at: number): FileStamp
}

const fields = 4

export function printer(): Printer {
  const names: string[] = []
  let numbers = new Float64Array(256 * fields)
  let newest = 0
  return {
    add(name, { ino, size, mtimeMs, ctimeMs }) {
      const at = names.push(name) * fields - fields
      if (at === numbers.length) {
        const more = new Float64Array(numbers.length * 2)
        more.set(numbers)
        numbers = more
      }
      numbers[at] = ino
      numbers[at + 1] = size
      numbers[at + 2] = mtimeMs
      numbers[at + 3] = ctimeMs
      if (mtimeMs > newest) newest = mtimeMs
      if (ctimeMs > newest) newest = ctimeMs
    },
    print() {
      const used = new Uint8Array(numbers.buffer, 0, names.length * fields * 8)
      // no name holds a NUL
      return `${hash('sha1', used, 'hex')} ${hash('sha1', names.join('\0'), 'hex')}`
    },
    get newest() {
      return newest
    },
    get count() {
      return names.length
    },
    stamp(at) {
      // read one by one: a part of the array, taken apart, takes ten times as long
      const of = (field: number): number => numbers[at * fields + field] ?? 0
      return { ino: of(0), size: of(1), mtimeMs: of(2), ctimeMs: of(3) }
    },
  }
}
