import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits as text that fits a header. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** How a secret of that strength is kept: it cannot be guessed, so a plain digest is enough. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
