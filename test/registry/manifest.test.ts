import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { manifestOf } from '#registry'
import { temporaryFolder } from '../support/home.ts'

const files = {
  'model.onnx': 'the model',
  MLmodel: 'flavors: {}\n',
  'data/ümlaut.txt': 'ü',
  'data/a b.txt': '',
  Z: 'capital letters come first in the order of bytes',
}

function listed(): { path: string; digest: string; size: number }[] {
  return Object.entries(files).map(([path, content]) => ({
    path,
    digest: `sha256:${createHash('sha256').update(content).digest('hex')}`,
    size: Buffer.byteLength(content),
  }))
}

const place = { owner: 'run', folder: 'model' }

test('the digest of a manifest is what sha256sum prints of what it prints of the files', async (t) => {
  const folder = await temporaryFolder(t)
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
  const line = `find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`
  const { stdout } = await promisify(execFile)('sh', ['-c', line], { cwd: folder })
  assert.equal(manifestOf(listed(), place).digest, `sha256:${stdout.slice(0, 64)}`)
})

test('the order in which files are given does not matter, and every byte of them does', () => {
  const { digest } = manifestOf(listed(), place)
  assert.equal(manifestOf(listed().toReversed(), place).digest, digest)
  const [first, ...rest] = listed()
  assert.ok(first)
  const renamed = manifestOf([{ ...first, path: 'other.onnx' }, ...rest], place)
  assert.notEqual(renamed.digest, digest)
  assert.notEqual(manifestOf(rest, place).digest, digest)
})
