import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { digestFromHex, type Digest } from '#contract'
import type { Files } from '../files/durable.ts'
import type { StoredObject } from '../objects.ts'
import { digestBehind, type DigestBehind } from './digest-behind.ts'

/** Chunks of a socket are written together: what a call costs is more than what their bytes cost. */
const writeSize = 1 << 20
/** So much is sent to the disk while more comes in, that the wait at the end is for the last of it only. */
const flushSize = 32 << 20

/** What is larger is hashed by another thread, which takes longer to start than this takes to hash. */
const mostHashedHere = 8 << 20

/** Writes a new read-only file and waits until it is on the disk. */
export async function writeObject(
  file: string,
  chunks: AsyncIterable<Uint8Array>,
  files: Files,
): Promise<StoredObject> {
  let [taken, size, unflushed] = [0, 0, 0]
  let parts: Uint8Array[] = []
  const handle = await files.open(file, 'wx', 0o600)
  const digest = objectDigest(file)
  let writing: Promise<unknown> = Promise.resolve()
  let flushing: Promise<unknown> = Promise.resolve()
  /** What fails while nobody waits for it fails for who waits next. */
  const heard = (work: Promise<unknown>): Promise<unknown> => {
    work.catch(() => undefined)
    return work
  }
  const write = async (): Promise<void> => {
    await writing
    const [whole, end] = [parts, taken]
    parts = []
    unflushed += end - size
    size = end
    writing = heard(writeAll(handle, whole).then(() => digest.written(end)))
    if (unflushed < flushSize) return
    unflushed = 0
    await Promise.all([writing, flushing])
    flushing = heard(handle.datasync())
  }
  try {
    for await (const chunk of chunks) {
      digest.take(chunk)
      taken += chunk.byteLength
      parts.push(chunk)
      if (taken - size >= writeSize) await write()
    }
    if (taken > size) await write()
    await writing
    await flushing
    await handle.chmod(0o444)
    const [found] = await Promise.all([digest.end(), handle.sync()])
    return { digest: found, size }
  } finally {
    await Promise.allSettled([writing, flushing])
    digest.drop()
    await handle.close()
  }
}

interface ObjectDigest extends Pick<DigestBehind, 'written' | 'drop'> {
  take(chunk: Uint8Array): void
  end(): Promise<Digest>
}

function objectDigest(file: string): ObjectDigest {
  const hash = createHash('sha256')
  let hashed = 0
  let behind: DigestBehind | undefined
  return {
    take(chunk) {
      if (behind) return
      if (hashed + chunk.byteLength > mostHashedHere) behind = digestBehind(file)
      else {
        hash.update(chunk)
        hashed += chunk.byteLength
      }
    },
    written: (size) => behind?.written(size),
    end: async () => (behind ? behind.digest() : digestFromHex(hash.digest('hex'))),
    drop: () => behind?.drop(),
  }
}

/** Without making one of them first: to copy them and let the copy go took a third of an upload. */
async function writeAll(handle: FileHandle, parts: readonly Uint8Array[]): Promise<void> {
  let rest = [...parts]
  while (rest.length > 0) {
    let { bytesWritten } = await handle.writev(rest)
    // A full disk takes a part, and says so only to the next call.
    const next = rest.findIndex((part) => {
      bytesWritten -= part.byteLength
      return bytesWritten < 0
    })
    const cut = rest[next]
    rest =
      next === -1 || !cut
        ? []
        : [cut.subarray(cut.byteLength + bytesWritten), ...rest.slice(next + 1)]
  }
}
