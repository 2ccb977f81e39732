import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  add,
  addRemote,
  importGit,
  importUrl,
  loadPipeline,
  pull,
  push,
  setFrozen,
  updateImports,
} from '#pipeline'
import { importChecksum } from '../../../src/pipeline/definition/import-checksum.ts'
import { readYaml } from '../../../src/pipeline/values/read-yaml.ts'
import { isMap } from '../../../src/pipeline/values/value.ts'
import { project } from '../support/project.ts'

// recorded from DVC 3.67.1: `dvc import-url outside/in.csv in.csv`, and `dvc import ../src set --rev v1`
const imported = `md5: e1538837393fb970c5db5fd3434e6762
frozen: true
deps:
- md5: 60b725f10c9c85c70d97880dfe8191b3
  size: 2
  hash: md5
  path: outside/in.csv
outs:
- md5: 60b725f10c9c85c70d97880dfe8191b3
  size: 2
  hash: md5
  path: in.csv
`
const fromGit = `md5: 16e4526ae122823a79b03de0d616570d
frozen: true
deps:
- path: set
  repo:
    url: ../src
    rev: v1
    rev_lock: 6fe26d684d297163d24e4a9b1267355f39536883
outs:
- md5: a09178cb203f55e06a822ebae9679cb0.dir
  size: 2
  nfiles: 1
  hash: md5
  path: set
`

test('a file is imported as DVC writes it, and brought up to date', async (t) => {
  const made = await project(t, { 'outside/in.csv': 'a\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'outside/in.csv', { out: 'in.csv' })
  assert.equal(made.read('in.csv.dvc'), imported)
  assert.equal(made.read('.gitignore'), '/in.csv\n')
  await assert.rejects(importUrl(load(), 'outside/in.csv', { out: 'in.csv' }), /exists already/)
  made.write({ 'outside/in.csv': 'b\n', 'in.csv': 'mine\n' })
  await assert.rejects(updateImports(load(), ['in.csv.dvc']), /kept nowhere else/)
  made.write({ 'in.csv': 'a\n' })
  assert.equal((await updateImports(load(), ['in.csv.dvc']))[0]?.changed, true)
  assert.equal(made.read('in.csv'), 'b\n')
  // recorded from DVC 3.67.1: `dvc update in.csv.dvc`
  assert.match(made.read('in.csv.dvc'), /^md5: d65f4dbf9f51fc4761e507005df37961\n/)
  assert.equal((await updateImports(load(), ['in.csv.dvc']))[0]?.changed, false)
})

test('imported data is let go and frozen again, and its file is as before', async (t) => {
  const made = await project(t, { 'outside/in.csv': 'a\n' }, { git: true })
  await importUrl(loadPipeline(made.root), 'outside/in.csv', { out: 'in.csv' })
  await setFrozen(loadPipeline(made.root), ['in.csv.dvc'], false)
  assert.equal(made.read('in.csv.dvc'), imported.replace('frozen: true\n', ''))
  await setFrozen(loadPipeline(made.root), ['in.csv.dvc'], true)
  assert.equal(made.read('in.csv.dvc'), imported)
})

test('the digest of an import is DVC’s', () => {
  const value = readYaml(fromGit, 'set.dvc').value
  assert.ok(isMap(value))
  assert.equal(importChecksum(value), '16e4526ae122823a79b03de0d616570d')
})

test('data is imported out of another repository at a revision, and brought to another', async (t) => {
  const source = await project(t, { 'set/x.txt': 'x\n', 'plain.txt': 'p\n' }, { git: true })
  await add(loadPipeline(source.root), ['set'])
  source.git('add', '-A')
  source.git('commit', '-qm', 'one')
  source.git('tag', 'v1')
  source.write({ 'set/x.txt': 'new\n' })
  await add(loadPipeline(source.root), ['set'])
  source.git('commit', '-qam', 'two')

  const made = await project(t, {}, { git: true })
  const load = () => loadPipeline(made.root)
  const rev = 'v1'
  await importGit(load(), source.root, 'set', { rev })
  await importGit(load(), source.root, 'set/x.txt', { rev, out: 'one.txt' })
  await importGit(load(), source.root, 'plain.txt')
  assert.deepEqual([made.read('set/x.txt'), made.read('one.txt')], ['x\n', 'x\n'])
  assert.equal(made.read('plain.txt'), 'p\n')
  assert.match(
    made.read('set.dvc'),
    new RegExp(`rev_lock: ${source.git('rev-parse', 'v1').trim()}`),
  )
  await updateImports(load(), ['set.dvc'], { rev: 'main' })
  assert.equal(made.read('set/x.txt'), 'new\n')
  await assert.rejects(importGit(load(), source.root, 'nosuch'), /nosuch/)
  await assert.rejects(importGit(load(), join(source.root, 'gone'), 'x'), /could not clone/)
})

test('imported data comes from its source where no remote has it, and is not sent to ours', async (t) => {
  const source = await project(t, { 'set/x': 'x\n' }, { git: true })
  await add(loadPipeline(source.root), ['set'])
  source.git('add', '-A')
  source.git('commit', '-qm', 'one')
  const made = await project(t, { own: 'o\n' }, { git: true })
  await importGit(loadPipeline(made.root), source.root, 'set')
  await add(loadPipeline(made.root), ['own'])
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  assert.deepEqual(await push(loadPipeline(made.root)), { objects: 1, runs: 0 })
  made.drop('.dvc/cache', '.dvc/tmp', 'set', 'own')
  assert.deepEqual((await pull(loadPipeline(made.root))).missing, [])
  assert.deepEqual([made.read('set/x'), made.read('own')], ['x\n', 'o\n'])
  source.drop('.git')
  made.drop('.dvc/cache', '.dvc/tmp', 'set', 'own')
  assert.deepEqual((await pull(loadPipeline(made.root))).missing, ['set'])
  assert.equal(made.read('own'), 'o\n', 'a source that is gone does not keep the rest')
})
