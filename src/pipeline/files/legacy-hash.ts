import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

const chunk = 1 << 20
const looked = 512
const newline = 0x0a
const carriage = 0x0d

/** The hash of DVC 2: MD5 with CRLF read as LF, piece by piece, in pieces of 1 MiB that begin like text. */
export async function legacyHash(file: string): Promise<string> {
  const digest = createHash('md5')
  const buffer = Buffer.allocUnsafe(chunk)
  const handle = await open(file, 'r')
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunk, null)
      if (bytesRead === 0) return digest.digest('hex')
      const piece = buffer.subarray(0, bytesRead)
      digest.update(looksLikeText(piece) ? withoutCarriages(piece) : piece)
    }
  } finally {
    await handle.close()
  }
}

function looksLikeText(piece: Uint8Array): boolean {
  const start = piece.subarray(0, looked)
  if (start.includes(0)) return false
  // printable ASCII and \n \r \t \f \b
  const odd = start.filter(
    (byte) => !((byte >= 32 && byte < 127) || [8, 9, 10, 12, 13].includes(byte)),
  )
  return odd.length <= 0.3 * start.length
}

function withoutCarriages(piece: Uint8Array): Uint8Array {
  return piece.filter((byte, index) => byte !== carriage || piece[index + 1] !== newline)
}
