import assert from 'node:assert/strict'
import { appendFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { readEnd } from '#pipeline'
import { temporaryFolder } from '../../support/temporary-folder.ts'

test('the end of a file begins with a line, or within a long one with a letter, and says how long the whole is', async (t) => {
  const file = join(await temporaryFolder(t), 'log')
  assert.deepEqual(readEnd(file, 8), { text: '', bytes: 0 })
  writeFileSync(file, 'one\ntwo\n')
  assert.deepEqual(readEnd(file, 8), { text: 'one\ntwo\n', bytes: 8 })
  assert.deepEqual(readEnd(file, 7), { text: 'two\n', bytes: 8 })
  writeFileSync(file, 'ää€€')
  assert.deepEqual(readEnd(file, 5), { text: '€', bytes: 10 })
})

test('of a file that no string could hold only the end is read', async (t) => {
  const file = join(await temporaryFolder(t), 'log')
  writeFileSync(file, '')
  truncateSync(file, 2 ** 32)
  appendFileSync(file, '\nthe last line\n')
  assert.deepEqual(readEnd(file, 100), { text: 'the last line\n', bytes: 2 ** 32 + 15 })
})
