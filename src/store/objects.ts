import type { Readable } from 'node:stream'
import type { Digest } from '#contract'

export interface StoredObject {
  readonly digest: Digest
  readonly size: number
}

export interface ListedObject extends StoredObject {
  /** When its bytes were last stored (ms). */
  readonly storedAt: number
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
  list(): AsyncIterable<ListedObject>
  delete(digest: Digest): Promise<void>
  /**
   * Removes an object unless its bytes were stored, for the first time or again, at or after `since` (ms): what is stored and not
   * yet on record anywhere is safe while `since` is longer ago than recording takes. Says whether it went.
   */
  deleteUnlessStoredSince(digest: Digest, since: number): Promise<boolean>
}
