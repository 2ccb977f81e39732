/** The name of immutable bytes: `sha256:` and 64 lower-case hex digits. */
export type Digest = `sha256:${string}`

const pattern = /^sha256:[0-9a-f]{64}$/

export function isDigest(text: string): text is Digest {
  return pattern.test(text)
}

/** A digest from 64 hex digits; throws on anything else. */
export function digestFromHex(hex: string): Digest {
  const digest = `sha256:${hex}`
  if (!isDigest(digest)) throw new TypeError(`not a SHA-256 in hex: ${hex}`)
  return digest
}

export function hexOf(digest: Digest): string {
  return digest.slice('sha256:'.length)
}
