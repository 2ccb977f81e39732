import type { Readable } from 'node:stream'
import type { Digest } from '#contract'

export interface StoredObject {
  readonly digest: Digest
  readonly size: number
}

export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** Immutable bytes by digest. What `put` returned is durable and whole; what `get` yields has been verified against its digest. */
export interface ObjectStore {
  /** Stores a stream (or bytes) and names it. Storing the same bytes twice keeps one copy. */
  put(bytes: Readable | AsyncIterable<Uint8Array> | Uint8Array): Promise<StoredObject>
  /** A stream of the bytes; it fails with `object_corrupt` before its end when they do not match, `not_found` when there are none. */
  get(digest: Digest): Promise<Readable>
  /** The bytes from `start` to `end`, both within, of an object that was found whole. */
  part(digest: Digest, range: ByteRange): Promise<Readable>
  /** All the bytes, verified. For small objects. */
  read(digest: Digest): Promise<Uint8Array>
  stat(digest: Digest): Promise<StoredObject | undefined>
  /** A local file with exactly these verified bytes, for libraries that read files. It must not be written to. */
  file(digest: Digest): Promise<string>
  list(): AsyncIterable<StoredObject>
  delete(digest: Digest): Promise<void>
}
