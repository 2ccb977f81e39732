import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, checkout, loadPipeline, status } from '#pipeline'
import { project } from '../support/project.ts'

const gigabytes = 5

test(`a file of ${gigabytes} GiB is kept and comes back, in little memory`, async (t) => {
  const made = await project(t, { big: '' })
  const file = join(made.root, 'big')
  // sparse: its bytes are read all the same
  truncateSync(file, gigabytes * 2 ** 30)
  const before = process.memoryUsage().rss
  const [added] = await add(loadPipeline(made.root), ['big'])
  const known = execFileSync('md5sum', [file], { encoding: 'utf8' }).slice(0, 32)
  assert.equal(added?.md5, known)
  assert.equal(added.size, gigabytes * 2 ** 30)
  made.drop('big')
  await checkout(loadPipeline(made.root))
  assert.equal(statSync(file).size, gigabytes * 2 ** 30)
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  assert.ok(process.memoryUsage().rss - before < 200e6)
})
