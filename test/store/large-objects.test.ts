import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { openFolderObjects } from '#store'
import { temporaryFolder } from '../support/home.ts'

const mebibyte = 1 << 20

/** Bytes as a socket brings them: in pieces that end anywhere. */
async function* pieces(bytes: Uint8Array, failsAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_521) {
    if (at >= failsAt) throw new Error('the client went away')
    yield bytes.subarray(at, at + 65_521)
  }
}

function filled(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0; i < size; i++) bytes[i] = (i * 31 + (i >> 9) + seed) & 255
  return bytes
}

test('objects of every size are kept by the SHA-256 of their bytes, several at once', async (t) => {
  const objects = await openFolderObjects(await temporaryFolder(t))
  const sizes = [0, 1, 8 * mebibyte - 1, 8 * mebibyte, 8 * mebibyte + 1, 41 * mebibyte + 7]
  await Promise.all(
    sizes.map(async (size, seed) => {
      const bytes = filled(size, seed)
      const stored = await objects.put(pieces(bytes))
      const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
      assert.deepEqual(stored, { digest, size })
      assert.equal(Buffer.compare(await objects.read(stored.digest), bytes), 0)
    }),
  )
})

test('of a large object that breaks off nothing is left, and the next one is kept', async (t) => {
  const folder = await temporaryFolder(t)
  const objects = await openFolderObjects(folder)
  const bytes = filled(24 * mebibyte, 3)
  await assert.rejects(objects.put(pieces(bytes, 20 * mebibyte)), /the client went away/)
  assert.deepEqual(await readdir(join(folder, 'tmp')), [])
  assert.equal((await objects.put(pieces(bytes))).size, bytes.length)
})
