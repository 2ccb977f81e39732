import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { hashMany } from '../../../src/pipeline/files/hash-many.ts'
import { openThreads } from '../../../src/pipeline/files/threads.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('many files are hashed by several threads as md5sum does, in their order; one that is gone is an error', async (t) => {
  const folder = await temporaryFolder(t)
  const paths = Array.from({ length: 2500 }, (_, at) => join(folder, String(at % 50), `${at}`))
  for (const [at, path] of paths.entries()) {
    if (at < 50) mkdirSync(join(folder, String(at)))
    writeFileSync(path, 'x'.repeat(at))
  }
  const files = paths.map((path, size) => ({ path, size }))
  const threads = openThreads()
  t.after(threads.close)
  const found = await hashMany(files, threads)
  const known = execFileSync('md5sum', paths, { encoding: 'utf8' }).trim().split('\n')
  assert.deepEqual(
    found.map(({ md5 }, at) => `${md5}  ${paths[at]}`),
    known,
  )
  assert.ok(found.every(({ stats }, at) => stats.size === at))
  const gone = { path: join(folder, 'gone'), size: 1 }
  await assert.rejects(hashMany([...files, gone], threads), /ENOENT/)
})
