import assert from 'node:assert/strict'
import { chmodSync, existsSync, lstatSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  add,
  addRemote,
  checkout,
  fetch,
  fsck,
  loadPipeline,
  pull,
  push,
  setConfig,
} from '#pipeline'
import { failsWith } from '../suites/remote-suite.ts'
import { noted, project, type Project } from '../support/project.ts'

// the MD5 of "a\n"
const object = '.dvc/cache/files/md5/60/b725f10c9c85c70d97880dfe8191b3'

async function pushed(t: TestContext, type: string): Promise<Project> {
  const made = await project(t, { data: 'a\n' }, { git: true })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  setConfig(made.root, 'cache.type', type)
  await add(loadPipeline(made.root), ['data'])
  await push(loadPipeline(made.root))
  return made
}

function spoil(made: Project, path = object): void {
  chmodSync(join(made.root, path), 0o644)
  writeFileSync(join(made.root, path), 'mine\n')
}

test('an edit made through a link into the cache is refused by pull, fetch and push, and stays', async (t) => {
  const made = await pushed(t, 'symlink')
  assert.ok(lstatSync(join(made.root, 'data')).isSymbolicLink())
  spoil(made, 'data')
  for (const call of [pull, fetch, push])
    await assert.rejects(call(loadPipeline(made.root)), failsWith('unsaved_data', 'data'))
  assert.equal(made.read('data'), 'mine\n')
  await pull(loadPipeline(made.root), { force: true })
  assert.equal(made.read('data'), 'a\n')
  assert.equal(made.read(`${object}.damaged`), 'mine\n')
})

test('fetch --force sets an edit through a link aside; what the disk spoiled is fetched anew without', async (t) => {
  const made = await pushed(t, 'symlink')
  const load = () => loadPipeline(made.root)
  spoil(made, 'data')
  await fetch(load(), { force: true })
  assert.deepEqual([made.read('data'), made.read(`${object}.damaged`)], ['a\n', 'mine\n'])
  spoil(made)
  // rot leaves the mode as it was
  chmodSync(join(made.root, object), 0o444)
  await fetch(load())
  assert.equal(made.read('data'), 'a\n')
})

test('a link to an object of DVC 2, which is named by its text without CR, is no edit', async (t) => {
  const made = await pushed(t, 'symlink')
  const load = () => loadPipeline(made.root)
  // the MD5 of "a\nb\n" by md5sum
  const old = '.dvc/cache/dd/8c6a395b5dd36c56d23275028f526c'
  made.write({
    [old]: 'a\r\nb\r\n',
    'dos@': join(made.root, old),
    'dos.dvc': 'outs:\n- md5: dd8c6a395b5dd36c56d23275028f526c\n  size: 6\n  path: dos\n',
  })
  assert.equal((await push(load())).objects, 1)
  await fetch(load())
  await pull(load())
  assert.equal(made.read('dos'), 'a\r\nb\r\n')
  writeFileSync(join(made.root, 'dos'), 'mine\n')
  await assert.rejects(pull(load()), failsWith('unsaved_data', 'dos'))
})

test('a damaged object is set aside, replaced from the remote, named by fsck and removed by a repair', async (t) => {
  const made = await pushed(t, 'copy')
  const load = () => loadPipeline(made.root)
  spoil(made)
  made.drop('data')
  await assert.rejects(checkout(load()), failsWith('object_corrupt'))
  assert.equal(existsSync(join(made.root, object)), false)
  await pull(load())
  assert.equal(made.read('data'), 'a\n')
  const aside = [join(made.root, `${object}.damaged`)]
  assert.deepEqual((await fsck(load())).setAside, aside)
  spoil(made)
  assert.deepEqual((await fsck(load(), { repair: true })).repaired.length, 1)
  assert.equal(made.read(`${object}.damaged`), 'mine\n')
  await fsck(load(), { repair: true })
  assert.equal((await fsck(load())).setAside, undefined)
})

test('checkout overwrites a file only when the cache’s copy of it was read and is whole', async (t) => {
  const made = await project(t, { data: 'a\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  const before = made.read('data.dvc')
  made.write({ data: 'b\n' })
  await add(load(), ['data'])
  made.write({ 'data.dvc': before })
  // as after a lost machine: the name is there, the bytes are not. The MD5 of "b\n"
  const empty = join(made.root, '.dvc/cache/files/md5/3b/5d5c3712955042212316173ccf37be')
  chmodSync(empty, 0o644)
  writeFileSync(empty, '')
  await assert.rejects(checkout(load()), failsWith('unsaved_data', 'data'))
  assert.equal(made.read('data'), 'b\n')
})

for (const type of ['hardlink', 'symlink'])
  test(`a program that a stage made can be run by the next one with cache.type ${type}`, async (t) => {
    const made = await project(t, {
      'dvc.yaml': `stages:
  make:
    cmd: ${noted('make', "printf '#!/bin/sh\\necho ran\\n' > run.sh && chmod +x run.sh")}
    outs: [run.sh]
  use:
    cmd: ${noted('use', './run.sh > out')}
    deps: [run.sh]
    outs: [out]
`,
    })
    setConfig(made.root, 'cache.type', type)
    await made.repro()
    assert.equal(made.read('out'), 'ran\n')
    assert.equal(made.read('dvc.lock').match(/isexec: true/g)?.length, 2)
    made.drop('run.sh')
    await checkout(loadPipeline(made.root))
    assert.notEqual(statSync(join(made.root, 'run.sh')).mode & 0o111, 0)
    made.took()
    await made.repro()
    assert.deepEqual(made.took(), [])
  })

test('a stage whose kept outputs are damaged runs again, and the damaged ones are set aside', async (t) => {
  const made = await project(t, {
    seed: 'a\n',
    'dvc.yaml': `stages:\n  s: {cmd: '${noted('s', 'mkdir out && cp seed out/1')}', deps: [seed], outs: [out]}\n`,
  })
  await made.repro()
  assert.deepEqual(made.took(), ['s'])
  made.drop('out')
  spoil(made)
  await made.repro()
  assert.deepEqual(made.took(), ['s'])
  assert.equal(made.read('out/1'), 'a\n')
  assert.equal(made.read(`${object}.damaged`), 'mine\n')
})

test('a damaged object keeps no other output from being checked out, and the error names it at the end', async (t) => {
  const made = await project(t, { a: 'a\n', b: 'b\n' })
  await add(loadPipeline(made.root), ['a', 'b'])
  made.drop('a', 'b')
  spoil(made)
  await assert.rejects(
    checkout(loadPipeline(made.root)),
    failsWith('object_corrupt', 'md5:60b725f10c9c85c70d97880dfe8191b3 of a'),
  )
  assert.equal(made.read('b'), 'b\n')
  assert.deepEqual((await checkout(loadPipeline(made.root))).missing, ['a'])
})
