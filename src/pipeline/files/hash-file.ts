import { createHash, hash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { TidemillError } from '#contract/error'

/** Up to this size a file is read in one go, without giving the thread away. */
export const smallFile = 1 << 20

const chunk = 1 << 20

/** What of a file's entry tells whether its content may be another. */
export type FileStamp = Pick<Stats, 'ino' | 'size' | 'mtimeMs' | 'ctimeMs'>

export interface Hashed {
  readonly md5: string
  readonly stats: FileStamp
}

/** What is done with the bytes of a small file, which are another's after it. */
export type TakeBytes = (path: string, bytes: Uint8Array, md5: string) => void

/** The MD5 of a file in hex. A file that changes while it is read is read again, three times. Errors: `conflict`. */
export async function hashFile(path: string, take?: TakeBytes): Promise<Hashed> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const found = hashSmall(path, take) ?? (await hashLarge(path))
    if (found) return found
  }
  throw new TidemillError('conflict', { problem: `${path} changes while it is read.` })
}

/** One for all small files: to make one for each takes as long as to read it. */
let room: Buffer | undefined

function hashSmall(path: string, take?: TakeBytes): Hashed | undefined {
  const handle = openSync(path, 'r')
  try {
    const stats = fstatSync(handle)
    if (stats.size > smallFile) return undefined
    const bytes = readWhole(handle, stats.size)
    if (bytes.length !== stats.size || !unchanged(stats, fstatSync(handle))) return undefined
    const md5 = hash('md5', bytes, 'hex')
    take?.(path, bytes, md5)
    return { md5, stats }
  } finally {
    closeSync(handle)
  }
}

function readWhole(handle: number, size: number): Uint8Array {
  room ??= Buffer.allocUnsafe(smallFile)
  let length = 0
  for (let count = -1; count !== 0 && length < size; length += count)
    count = readSync(handle, room, length, size - length, null)
  return room.subarray(0, length)
}

async function hashLarge(path: string): Promise<Hashed | undefined> {
  const handle = await open(path, 'r')
  try {
    const stats = await handle.stat()
    if (stats.size <= smallFile) return undefined
    const digest = createHash('md5')
    let [filling, ready] = [Buffer.allocUnsafe(chunk), Buffer.allocUnsafe(chunk)]
    let pending = handle.read(filling, 0, chunk, null)
    for (;;) {
      const { bytesRead } = await pending
      if (bytesRead === 0) break
      ;[filling, ready] = [ready, filling]
      // the next piece is read while this one is hashed
      pending = handle.read(filling, 0, chunk, null)
      digest.update(ready.subarray(0, bytesRead))
    }
    return unchanged(stats, await handle.stat()) ? { md5: digest.digest('hex'), stats } : undefined
  } finally {
    await handle.close()
  }
}

/** The MD5 of a file in hex, without giving the thread away. */
export function hashNow(path: string): string {
  const digest = createHash('md5')
  const buffer = Buffer.allocUnsafe(chunk)
  const handle = openSync(path, 'r')
  try {
    for (;;) {
      const count = readSync(handle, buffer, 0, chunk, null)
      if (count === 0) return digest.digest('hex')
      digest.update(buffer.subarray(0, count))
    }
  } finally {
    closeSync(handle)
  }
}

function unchanged(before: Stats, after: Stats): boolean {
  return (
    before.size === after.size &&
    before.mtimeMs === after.mtimeMs &&
    before.ctimeMs === after.ctimeMs
  )
}
