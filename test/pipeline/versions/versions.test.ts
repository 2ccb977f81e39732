import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import {
  add,
  checkout,
  commit,
  dvcStatus,
  fetch,
  gc,
  loadPipeline,
  pull,
  push,
  remoteStatus,
  repro,
  setFrozen,
  status,
} from '#pipeline'
import { chain, project, type Project } from '../support/project.ts'

const config = '[core]\n    remote = store\n[\'remote "store"\']\n    url = ../../remote\n'

function objects(root: string): string[] {
  const top = join(root, '.dvc/cache/files/md5')
  if (!existsSync(top)) return []
  return readdirSync(top)
    .flatMap((prefix) => readdirSync(join(top, prefix)).map((name) => `${prefix}${name}`))
    .sort()
}

async function dvcJson(made: Project) {
  const pipeline = loadPipeline(made.root)
  return dvcStatus(pipeline, await status(pipeline))
}

test('add, change, add again, and the old version comes back by checkout', async (t) => {
  const made = await project(
    t,
    { 'data/a': 'a\n', 'data/b': 'b\n', 'data/c/d': 'd\n', one: '1\n' },
    { git: true },
  )
  await add(loadPipeline(made.root), ['data', 'one'])
  const [data, one] = [made.read('data.dvc'), made.read('one.dvc')]
  made.write({ 'data/a': 'A\n', 'data/new': 'n\n', one: '2\n' })
  made.drop('data/b')
  assert.deepEqual(await dvcJson(made), {
    'data.dvc': [{ 'changed outs': { data: 'modified' } }],
    'one.dvc': [{ 'changed outs': { one: 'modified' } }],
  })
  await add(loadPipeline(made.root), ['data', 'one'])
  assert.deepEqual(await dvcJson(made), {})
  made.write({ 'data.dvc': data, 'one.dvc': one })
  await checkout(loadPipeline(made.root))
  assert.deepEqual(
    [made.read('data/a'), made.read('data/b'), made.read('one')],
    ['a\n', 'b\n', '1\n'],
  )
  assert.equal(existsSync(join(made.root, 'data/new')), false)
})

test('adding what is there already changes nothing', async (t) => {
  const made = await project(t, { 'data/a': 'a\n', 'run.sh*': 'r\n' }, { git: true })
  const first = await add(loadPipeline(made.root), ['data', 'run.sh'])
  assert.deepEqual(
    first.map(({ changed }) => changed),
    [
      ['data.dvc', '.gitignore'],
      ['run.sh.dvc', '.gitignore'],
    ],
  )
  const again = await add(loadPipeline(made.root), ['data', 'run.sh'])
  assert.deepEqual(
    again.map(({ changed }) => changed),
    [[], []],
  )
})

test('what a .dvc file says beside the hash stays, in its order', async (t) => {
  const made = await project(t, {
    x: '1\n',
    'x.dvc':
      'desc: mine\nouts:\n- path: x\n  md5: d8e8fca2dc0f896fd7cb4cb0031ba249\n  hash: md5\n  size: 9\n  desc: kept\nmeta:\n  owner: me\n',
  })
  await add(loadPipeline(made.root), ['x'])
  assert.equal(
    made.read('x.dvc'),
    'desc: mine\nouts:\n- path: x\n  md5: b026324c6904b2a9cb4b88d6d61c81d1\n  hash: md5\n  size: 2\n  desc: kept\nmeta:\n  owner: me\n',
  )
})

test('an output of a stage, a missing file and a path outside cannot be added', async (t) => {
  const made = await project(t, { o: 'x\n', 'dvc.yaml': 'stages:\n  p: {cmd: x, outs: [o]}\n' })
  await assert.rejects(add(loadPipeline(made.root), ['o']), /output o of the stage p/)
  await assert.rejects(add(loadPipeline(made.root), ['gone']), /gone/)
  await assert.rejects(add(loadPipeline(made.root), ['../repo2']), /outside/)
})

test('checkout does not lose data that is kept nowhere else, unless told to', async (t) => {
  const made = await project(t, { one: '1\n' })
  await add(loadPipeline(made.root), ['one'])
  made.write({ one: 'precious\n' })
  await assert.rejects(
    checkout(loadPipeline(made.root)),
    (error: unknown) => error instanceof TidemillError && error.code === 'unsaved_data',
  )
  assert.equal(made.read('one'), 'precious\n')
  await checkout(loadPipeline(made.root), { force: true })
  assert.equal(made.read('one'), '1\n')
})

test('patterns of .dvcignore, nested and turned round, keep files out of folders', async (t) => {
  const made = await project(t, {
    '.dvcignore': '*.tmp\n/in/skip/\n!keep.tmp\n',
    'in/a': 'a',
    'in/b.tmp': 'b',
    'in/keep.tmp': 'k',
    'in/skip/c': 'c',
    'in/sub/d.tmp': 'd',
    'in/sub/e': 'e',
  })
  const [added] = await add(loadPipeline(made.root), ['in'])
  assert.equal(added?.nfiles, 3)
  const manifest = readFileSync(
    join(made.root, '.dvc/cache/files/md5', added.md5.slice(0, 2), added.md5.slice(2)),
    'utf8',
  )
  assert.deepEqual(
    [...manifest.matchAll(/"relpath": "([^"]+)"/g)].map(([, path]) => path),
    ['a', 'keep.tmp', 'sub/e'],
  )
})

test('pushed data and runs come back in an empty clone, every object verified', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'data/x': 'x\n',
    'data/s/y': 'y\n',
    'dvc.yaml': chain(3),
    '.dvc/config': config,
  })
  await add(loadPipeline(made.root), ['data'])
  await made.repro()
  made.took()
  assert.deepEqual(
    (await remoteStatus(loadPipeline(made.root))).map(({ state }) => state),
    ['new', 'new', 'new', 'new'],
  )
  const sent = await push(loadPipeline(made.root), { runCache: true })
  assert.deepEqual(sent, { objects: 4, runs: 3 })
  assert.deepEqual(await push(loadPipeline(made.root), { runCache: true }), { objects: 0, runs: 0 })
  assert.deepEqual(await remoteStatus(loadPipeline(made.root)), [])
  made.drop('.dvc/cache', 'data', 'o0', 'o1', 'o2')
  await pull(loadPipeline(made.root))
  assert.deepEqual([made.read('data/s/y'), made.read('o2')], ['y\n', 's\n'])
  made.drop('.dvc/cache', 'o0', 'o1', 'o2', 'dvc.lock')
  await fetch(loadPipeline(made.root), { runCache: true })
  await repro(loadPipeline(made.root), { env: made.env })
  assert.deepEqual(made.took(), [], 'runs come with what they made, where stages could have it')
})

test('an object that is damaged on the remote is refused and not kept', async (t) => {
  const made = await project(t, { one: '1\n', '.dvc/config': config })
  await add(loadPipeline(made.root), ['one'])
  await push(loadPipeline(made.root))
  const object = join(made.root, '../remote/files/md5/b0/26324c6904b2a9cb4b88d6d61c81d1')
  chmodSync(object, 0o644)
  writeFileSync(object, '2\n')
  made.drop('.dvc/cache', 'one')
  await assert.rejects(
    pull(loadPipeline(made.root)),
    (error: unknown) => error instanceof TidemillError && error.code === 'object_corrupt',
  )
  assert.deepEqual(objects(made.root), [])
  assert.equal(existsSync(join(made.root, 'one')), false)
})

test('an unknown remote is named', async (t) => {
  const made = await project(t, { '.dvc/config': config })
  await assert.rejects(push(loadPipeline(made.root), { remote: 'nowhere' }), /nowhere/)
})

test('gc removes nothing unless told to, and then what no kept version uses', async (t) => {
  const made = await project(t, { 'data/a': 'a\n', 'data/b': 'b\n' }, { git: true })
  await add(loadPipeline(made.root), ['data'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.write({ 'data/a': 'A\n' })
  await add(loadPipeline(made.root), ['data'])
  assert.equal(objects(made.root).length, 5)
  assert.deepEqual((await gc(loadPipeline(made.root))).objects, 2)
  assert.equal(objects(made.root).length, 5)
  assert.equal(
    (await gc(loadPipeline(made.root), { dry: false, keep: { commits: true } })).objects,
    0,
  )
  assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 2)
  assert.equal(objects(made.root).length, 3)
})

test('commit records the work tree as it is', async (t) => {
  const made = await project(t, { seed: 's\n', 'dvc.yaml': chain(2) })
  await made.repro()
  made.took()
  made.write({ o0: 'by hand\n' })
  assert.deepEqual(await commit(loadPipeline(made.root)), ['s0', 's1'])
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  await made.repro()
  assert.deepEqual(made.took(), [])
})

test('freezing changes one line of dvc.yaml, and letting go takes it away', async (t) => {
  const text =
    'stages:\n  a:\n    # what it does\n    cmd: x\n    deps: [s]  # more\n\n  b:\n    cmd: |\n      y\n      z\n'
  const made = await project(t, { 'dvc.yaml': text })
  await setFrozen(loadPipeline(made.root), ['a', 'b'], true)
  assert.equal(
    made.read('dvc.yaml'),
    text
      .replace('# more\n', '# more\n    frozen: true\n')
      .replace('      z\n', '      z\n    frozen: true\n'),
  )
  await setFrozen(loadPipeline(made.root), ['a', 'b'], false)
  assert.equal(made.read('dvc.yaml'), text)
})

test('links in a folder become the files they point to; broken ones are named', async (t) => {
  const made = await project(t, { target: 't\n', 'd/own': 'o\n', 'd/in@': '../target' })
  await add(loadPipeline(made.root), ['d'])
  assert.equal(made.read('d/in'), 't\n')
  assert.equal(statSync(join(made.root, 'd/in')).isFile(), true)
  mkdirSync(join(made.root, 'e'))
  made.write({ 'e/broken@': 'nowhere' })
  await assert.rejects(
    add(loadPipeline(made.root), ['e']),
    /e\/broken is a link that leads to nothing/,
  )
})
