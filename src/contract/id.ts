const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A new identifier: 10 characters of milliseconds, then 16 random ones, in Crockford's base 32, so
 * that identifiers sort by the time they were made. The random part is 80 bits.
 */
export function newId(now: number = Date.now(), random: Uint8Array = randomBytes(16)): string {
  let time = ''
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) {
    time = alphabet.charAt(rest % 32) + time
  }
  let tail = ''
  for (const byte of random) tail += alphabet.charAt(byte & 31)
  return time + tail
}

function randomBytes(count: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(count))
}
