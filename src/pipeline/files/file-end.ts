import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

export interface FileEnd {
  readonly text: string
  /** Of the whole file. */
  readonly bytes: number
}

const lineFeed = 10

/**
 * The end of a text file, at most so many bytes: from the start of a line, where one begins in them. Nothing else of it is read, however
 * large it is; a file that is not there is empty.
 */
export function readEnd(file: string, most: number): FileEnd {
  let handle: number
  try {
    handle = openSync(file, 'r')
  } catch {
    return { text: '', bytes: 0 }
  }
  try {
    const bytes = fstatSync(handle).size
    const start = Math.max(0, bytes - most)
    const buffer = Buffer.alloc(bytes - start)
    const read = buffer.subarray(0, readSync(handle, buffer, 0, buffer.length, start))
    return { text: (start > 0 ? fromStart(read) : read).toString('utf8'), bytes }
  } finally {
    closeSync(handle)
  }
}

/** Without the rest of a line that began before; of one long line without the rest of a letter. */
function fromStart(read: Buffer): Buffer {
  const line = read.indexOf(lineFeed) + 1
  if (line > 0) return read.subarray(line)
  const letter = read.findIndex((byte) => (byte & 0xc0) !== 0x80)
  return read.subarray(Math.max(0, letter))
}
