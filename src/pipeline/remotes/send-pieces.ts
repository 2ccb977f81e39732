import { open, type FileHandle } from 'node:fs/promises'
import { inParallel, turns } from './in-parallel.ts'

const mostBytes = 256 << 20

/** Sends files piece by piece. */
export type SendPieces = (
  file: string,
  size: number,
  send: (index: number, bytes: Buffer) => Promise<void>,
) => Promise<void>

/**
 * Several pieces at a time, `most` of all files together, each read when its turn has come; of one file no more than 256 MiB are in
 * memory, or one piece.
 */
export function pieceSender(most: number): SendPieces {
  const inTurn = turns(most)
  return async (file, size, send) => {
    const piece = pieceSize(size)
    const indices = Array.from({ length: Math.ceil(size / piece) }, (_, index) => index)
    const atOnce = Math.min(most, Math.max(1, Math.floor(mostBytes / piece)))
    const handle = await open(file, 'r')
    try {
      await inParallel(indices, atOnce, (index) =>
        inTurn(async () => send(index, await pieceOf(handle, index * piece, piece))),
      )
    } finally {
      await handle.close()
    }
  }
}

async function pieceOf(handle: FileHandle, start: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size)
  let filled = 0
  while (filled < size) {
    const { bytesRead } = await handle.read(buffer, filled, size - filled, start + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return buffer.subarray(0, filled)
}

/** The size of pieces that a file is sent in: at least 8 MiB, and never more than 9,000 of them. */
export function pieceSize(size: number): number {
  return Math.max(8 << 20, Math.ceil(size / 9000))
}
