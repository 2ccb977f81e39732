import { join } from 'node:path'
import { digestFromHex, hexOf, isDigest, type Digest } from '#contract'

/** `ab/cdef…`: two digits of the digest, so that no folder grows too long, then the rest. */
export function objectPath(folder: string, digest: Digest): string {
  if (!isDigest(digest)) throw new TypeError(`not a digest: ${String(digest)}`)
  const hex = hexOf(digest)
  return join(folder, hex.slice(0, 2), hex.slice(2))
}

/** The digest that a path belongs to, if any. */
export function digestOfPath(prefix: string, name: string): Digest | undefined {
  const hex = prefix + name
  return /^[0-9a-f]{64}$/.test(hex) ? digestFromHex(hex) : undefined
}
