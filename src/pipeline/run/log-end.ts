import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** A record travels to remotes and is read whole. */
const logKept = 256 * 1024

/** The end of a stage's log, for the record of the run: the log itself may be larger than a text can be. */
export function logEnd(log: string): string {
  const handle = open(log)
  if (handle === undefined) return ''
  try {
    const { size } = fstatSync(handle)
    const bytes = Buffer.alloc(Math.min(size, logKept))
    const count = readSync(handle, bytes, 0, bytes.length, size - bytes.length)
    const text = bytes.toString('utf8', size > logKept ? letterAt(bytes) : 0, count)
    return size > logKept ? `… ${size - logKept} bytes before this were not kept …\n${text}` : text
  } finally {
    closeSync(handle)
  }
}

function open(log: string): number | undefined {
  try {
    return openSync(log, 'r')
  } catch {
    return undefined
  }
}

/** Where the first whole letter begins. */
function letterAt(bytes: Uint8Array): number {
  return Math.max(
    0,
    bytes.findIndex((byte) => (byte & 0xc0) !== 0x80),
  )
}
