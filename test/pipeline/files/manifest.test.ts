import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, loadPipeline } from '#pipeline'
import { makeManifest, readManifest } from '../../../src/pipeline/files/manifest.ts'
import { project } from '../support/project.ts'

const fixtures = new URL('../fixtures/add/', import.meta.url)
const digest = '99d07b9c968365d0628834f9269d43eb.dir'

const data = {
  'data/a b/q".txt': 'q"',
  'data/crlf.txt': 'crlf\r\n',
  'data/d\x7fel': 'del',
  'data/empty': '',
  'data/sub-x': 'a',
  'data/sub/y': 'b',
  'data/x.txt': 'hello\n',
  'data/é.txt': 'é',
  'data/\uffe0.txt': 'q',
  'data/\u{1f600}.txt': 'z',
  'run.sh*': 'run\n',
}

test('a folder has the manifest that DVC gives it, to the byte', async (t) => {
  const { root, read } = await project(t, data, { git: true })
  await add(loadPipeline(root), ['data', 'run.sh'])
  const golden = readFileSync(new URL(digest, fixtures))
  assert.deepEqual(readFileSync(join(root, '.dvc/cache/files/md5/99', digest.slice(2))), golden)
  for (const name of ['data.dvc', 'run.sh.dvc']) {
    assert.equal(read(name), readFileSync(new URL(name, fixtures), 'utf8'))
  }
  assert.equal(read('.gitignore'), '/data\n/run.sh\n')
})

test('a manifest reads back, sorted by code point', () => {
  const text = readFileSync(new URL(digest, fixtures), 'utf8')
  const files = readManifest(text)
  assert.ok(files)
  assert.equal(makeManifest([...files].reverse()).text, text)
})

test('a manifest that leads out of its folder is none', () => {
  const md5 = '0'.repeat(32)
  for (const path of ['../x', '/x', 'a/../../x', 'a//b']) {
    assert.equal(readManifest(JSON.stringify([{ md5, relpath: path }])), undefined)
  }
})
