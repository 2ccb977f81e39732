import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { TidemillError, digestFromHex, type Digest } from '#contract'

/** Hashing in smaller parts costs time, larger ones only memory. */
const chunkSize = 1 << 20

/**
 * The bytes of a file in chunks of 1 MiB. The last chunk is held back until the digest of all is known, so that a reader of
 * damaged bytes fails before it could take them for whole. Opens the file at the first read, so that a stream nobody reads holds
 * nothing.
 */
export async function* verifiedBytes(
  open: () => Promise<FileHandle>,
  digest: Digest,
): AsyncGenerator<Buffer, void> {
  const handle = await open()
  const hash = createHash('sha256')
  let held: Buffer | undefined
  try {
    for (;;) {
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafeSlow(chunkSize))
      if (bytesRead === 0) break
      const chunk = buffer.subarray(0, bytesRead)
      hash.update(chunk)
      if (held) yield held
      held = chunk
    }
    requireDigest(digestFromHex(hash.digest('hex')), digest)
    if (held) yield held
  } finally {
    await handle.close()
  }
}

/** Reads all of a file for the sake of its digest. Closes the file. */
export async function verifyBytes(handle: FileHandle, digest: Digest): Promise<void> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafeSlow(chunkSize)
  try {
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, chunkSize, null)
      if (bytesRead === 0) break
      hash.update(buffer.subarray(0, bytesRead))
    }
  } finally {
    await handle.close()
  }
  requireDigest(digestFromHex(hash.digest('hex')), digest)
}

function requireDigest(found: Digest, digest: Digest): void {
  if (found !== digest) throw new TidemillError('object_corrupt', { digest })
}
