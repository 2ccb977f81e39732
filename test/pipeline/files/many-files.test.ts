import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRepository } from '../../../src/pipeline/repository.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

const count = 21_000

test('a folder of so many files that two threads look at it is described like a small one, links and all', async (t) => {
  const made = await project(t)
  const data = join(made.root, 'data')
  for (let at = 0; at < count; at += 1) {
    if (at < 30) mkdirSync(join(data, `${at}`), { recursive: true })
    writeFileSync(join(data, `${at % 30}`, `${at}`), '')
  }
  symlinkSync('../0/0', join(data, '1/link'))
  symlinkSync('../0', join(data, '1/folder'))
  const { files } = openRepository(made.root)
  const content = await files.content('data')
  assert.equal(content?.nfiles, count + 1)
  assert.deepEqual(content?.linked, ['1/link'])
  writeFileSync(join(data, '29/29'), 'other')
  files.forget('data')
  const other = await files.content('data')
  assert.equal(other?.size, 5)
  assert.notEqual(other?.md5, content?.md5)
  symlinkSync('gone', join(data, '7/nowhere'))
  files.forget('data')
  await assert.rejects(
    files.content('data'),
    failsWith('conflict', 'data/7/nowhere is a link that leads to nothing'),
  )
  rmSync(join(data, '7/nowhere'))
  symlinkSync('round', join(data, '7/round'))
  files.forget('data')
  await assert.rejects(
    files.content('data'),
    failsWith('conflict', 'data/7/round is a link that leads back to itself'),
  )
})
