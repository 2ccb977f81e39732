import { open } from 'node:fs/promises'
import { TidemillError } from '#contract'

const chunkBytes = 1 << 20

/** Refuses a file that is not UTF-8, with the offset of the first byte that cannot be read. Reads it once, in chunks. */
export async function checkUtf8(file: string, shownAs: string): Promise<void> {
  const handle = await open(file)
  try {
    const buffer = Buffer.alloc(chunkBytes)
    let kept = 0
    let offset = 0
    for (;;) {
      const { bytesRead } = await handle.read(buffer, kept, chunkBytes - kept)
      const filled = kept + bytesRead
      if (filled === 0) return
      const whole = bytesRead === 0 ? filled : filled - unfinished(buffer, filled)
      const part = buffer.subarray(0, whole)
      if (!isUtf8(part)) {
        throw new TidemillError('csv_encoding', { file: shownAs, offset: offset + firstBad(part) })
      }
      if (bytesRead === 0) return
      buffer.copyWithin(0, whole, filled)
      kept = filled - whole
      offset += whole
    }
  } finally {
    await handle.close()
  }
}

function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** How many bytes at the end begin a character whose rest is in the next chunk. */
function unfinished(buffer: Uint8Array, end: number): number {
  for (let back = 1; back <= Math.min(3, end); back++) {
    const byte = buffer[end - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
      return length > back ? back : 0
    }
  }
  return 0
}

/** The first offset up to which the bytes can be read, by halving. */
function firstBad(bytes: Uint8Array): number {
  let low = 0
  let high = bytes.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const part = bytes.subarray(0, middle)
    if (isUtf8(part.subarray(0, middle - unfinished(part, middle)))) low = middle
    else high = middle
  }
  return low - unfinished(bytes, low)
}
