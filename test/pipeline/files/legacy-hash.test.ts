import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  addRemote,
  checkout,
  dataStatus,
  loadPipeline,
  pull,
  push,
  remoteStatus,
  status,
} from '#pipeline'
import { legacyHash } from '../../../src/pipeline/files/legacy-hash.ts'
import { project } from '../support/project.ts'

const md5 = (text: string | Uint8Array): string => hash('md5', text, 'hex')

test('text is hashed with LF for CRLF, what is not text as it is', async (t) => {
  const { root, write } = await project(t, { dos: 'a\r\nb\r\rc', empty: '' })
  assert.equal(await legacyHash(join(root, 'dos')), md5('a\nb\r\rc'))
  assert.equal(await legacyHash(join(root, 'empty')), md5(''))
  write({ nul: 'a\r\n\0' })
  assert.equal(await legacyHash(join(root, 'nul')), md5('a\r\n\0'))
  const odd = Buffer.from([...new Array<number>(40).fill(200), ...Buffer.from('\r\n'.repeat(30))])
  writeFileSync(join(root, 'odd'), odd)
  assert.equal(await legacyHash(join(root, 'odd')), md5(odd))
})

test('an entry of DVC 2 is up to date by its own hash, and comes back from the old layout of the cache', async (t) => {
  const content = 'a\r\nb\r\n'
  const digest = md5('a\nb\n')
  const made = await project(t, {
    dos: content,
    'dos.dvc': `outs:\n- md5: ${digest}\n  size: ${content.length}\n  path: dos\n`,
  })
  const folder = join(made.root, '.dvc/cache', digest.slice(0, 2))
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, digest.slice(2)), content)
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  made.drop('dos')
  await checkout(loadPipeline(made.root))
  assert.equal(made.read('dos'), content)
  assert.ok(existsSync(join(folder, digest.slice(2))))
})

test('what DVC 2 recorded is sent to and fetched from where it kept it, folders with their files', async (t) => {
  const one = 'a\r\n'
  const digest = md5('a\n')
  const manifest = `[{"md5": "${digest}", "relpath": "one"}]`
  const folder = `${md5(manifest)}.dir`
  const made = await project(t, {
    'data/one': one,
    'data.dvc': `outs:\n- md5: ${folder}\n  size: 3\n  nfiles: 1\n  path: data\n`,
  })
  const at = (top: string, name: string) => join(made.root, top, name.slice(0, 2), name.slice(2))
  for (const [name, content] of [
    [digest, one],
    [folder, manifest],
  ] as const) {
    mkdirSync(join(at('.dvc/cache', name), '..'), { recursive: true })
    writeFileSync(at('.dvc/cache', name), content)
  }
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  const lacking = async () => {
    const pipeline = loadPipeline(made.root)
    const { notInRemote } = await dataStatus(pipeline, { notInRemote: true, granular: true })
    return [await remoteStatus(pipeline), notInRemote]
  }
  assert.deepEqual(await lacking(), [[{ path: 'data', state: 'new' }], ['data/', 'data/one']])
  assert.deepEqual(await push(loadPipeline(made.root)), { objects: 2, runs: 0 })
  assert.deepEqual(await lacking(), [[], []])
  assert.ok(existsSync(at('../store', digest)) && existsSync(at('../store', folder)))
  made.drop('.dvc/cache', '.dvc/tmp', 'data')
  assert.equal((await pull(loadPipeline(made.root))).objects, 2)
  assert.equal(made.read('data/one'), one)
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  assert.ok(existsSync(at('.dvc/cache', digest)))
})
