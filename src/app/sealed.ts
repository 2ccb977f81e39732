import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Keeps texts that must come out again, such as keys for signatures, from who only reads the database. */
export interface Sealed {
  seal(text: string): Promise<string>
  open(sealed: string): Promise<string>
}

/** The key is a file of the home, which `backup` takes along and `export` does not. */
export function openSealed(home: string): Sealed {
  let known: Promise<Buffer> | undefined
  const file = join(home, 'secret.key')

  async function readKey(): Promise<Buffer> {
    // Of two processes that make one at a time the first wins.
    await writeFile(file, randomBytes(32), { flag: 'wx', mode: 0o600 }).catch(() => undefined)
    const key = await readFile(file)
    if (key.length === 32) return key
    throw new Error(`${file} is no key`)
  }

  const key = (): Promise<Buffer> => (known ??= readKey())

  return {
    async seal(text) {
      const nonce = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', await key(), nonce)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
    },
    async open(sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      const decipher = createDecipheriv('aes-256-gcm', await key(), bytes.subarray(0, 12))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}
