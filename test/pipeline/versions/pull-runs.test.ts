import assert from 'node:assert/strict'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  add,
  addRemote,
  bringObjects,
  fetch,
  loadPipeline,
  pull,
  pullForRun,
  push,
} from '#pipeline'
import { freePort } from '../../support/services.ts'
import { serveFolder } from '../support/serve-folder.ts'
import { noted, project, type Project } from '../support/project.ts'

const pipeline = `stages:
  split:
    cmd: ${noted('split', 'mkdir -p parts/sub && cat raw/in params.yaml > parts/sub/a && echo rest > parts/b')}
    deps: [raw]
    params: [size]
    outs: [parts]
  train:
    cmd: ${noted('train', 'cat parts/sub/a > model')}
    deps: [parts/sub]
    outs: [model]
`

/** The names of all objects in a cache or on a remote. */
const objects = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort()

const ofCache = (made: Project) => objects(join(made.root, '.dvc/cache/files'))
const ofRemote = (made: Project) => objects(join(made.root, '../store/files'))

/** As after a clone, with dvc.lock of the first run. */
function cloned(made: Project, lock: string): void {
  made.drop('.dvc/cache', '.dvc/tmp', 'raw', 'parts', 'model')
  made.write({ 'dvc.lock': lock })
  made.took()
}

test('with the record of runs comes what stages could have in place of running now, and nothing of the other runs', async (t) => {
  const made = await project(t, {
    'raw/in': 'raw\n',
    'params.yaml': 'size: 0\n',
    'dvc.yaml': pipeline,
  })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['raw'])
  await made.repro()
  const lock = made.read('dvc.lock')
  for (const size of [1, 2, 3, 4]) {
    made.write({ 'params.yaml': `size: ${size}\n` })
    await made.repro()
  }
  await push(loadPipeline(made.root), { runCache: true })
  // raw, rest; of each run a manifest and a model, which is the part inside it
  assert.equal(ofRemote(made).length, 2 + 1 + 5 * 2)

  for (const bring of [fetch, pull]) {
    cloned(made, lock)
    made.write({ 'params.yaml': 'size: 3\n' })
    const { runs } = await bring(loadPipeline(made.root), { runCache: true })
    assert.equal(runs, 10, 'all records are here')
    assert.equal(ofCache(made).length, 3 + 2 * 2, 'with what two of the five runs made')
    if (bring === fetch) continue
    await made.repro()
    assert.deepEqual(made.took(), [], 'nothing had to run')
    assert.equal(made.read('model'), 'raw\nsize: 3\n')
  }

  cloned(made, lock)
  made.write({ 'params.yaml': 'size: 4\n' })
  await fetch(loadPipeline(made.root), { runCache: true, targets: ['raw.dvc'] })
  assert.equal(ofCache(made).length, 2, 'of other targets than stages the data alone')
  await pullForRun(loadPipeline(made.root))
  await made.repro()
  assert.deepEqual([made.took(), made.read('model')], [[], 'raw\nsize: 4\n'])
  assert.equal(ofCache(made).length, 3 + 2 * 2)
})

test('where a remote has lost what a run made, an equal run before it comes in its place', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:\n  draw:\n    cmd: ${noted('draw', 'wc -l < $RAN > out')}\n    deps: [seed]\n    outs: [out]\n`,
  })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await made.repro()
  const first = made.read('out')
  await push(loadPipeline(made.root), { runCache: true })
  const kept = new Set(ofRemote(made))
  await made.repro({ force: true })
  assert.notEqual(made.read('out'), first)
  await push(loadPipeline(made.root), { runCache: true })
  const [second = ''] = ofRemote(made).filter((name) => !kept.has(name))
  const [folder = ''] = readdirSync(join(made.root, '../store/files/md5')).filter((name) =>
    readdirSync(join(made.root, '../store/files/md5', name)).includes(second),
  )
  rmSync(join(made.root, '../store/files/md5', folder, second))
  made.drop('.dvc/cache', '.dvc/tmp', 'dvc.lock', 'out')
  made.took()
  await pull(loadPipeline(made.root), { runCache: true })
  await made.repro()
  assert.deepEqual([made.read('out'), made.took()], [first, []])
})

test('a run that nobody could foresee is asked for when its stage is reached', async (t) => {
  const made = await project(t, {
    'params.yaml': 'size: 0\n',
    'dvc.yaml': `stages:
  first:
    cmd: ${noted('first', 'cut -c 1-5 params.yaml > half')}
    params: [size]
    outs: [half]
  second:
    cmd: ${noted('second', 'cp half whole')}
    deps: [half]
    outs: [whole]
`,
  })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await made.repro()
  await push(loadPipeline(made.root), { runCache: true })
  made.drop('.dvc/cache', '.dvc/tmp', 'dvc.lock', 'half', 'whole')
  made.write({ 'params.yaml': 'size: 1\n' })
  made.took()
  await pullForRun(loadPipeline(made.root))
  assert.ok(!existsSync(join(made.root, '.dvc/cache/files')), 'nothing could be foreseen')
  await made.repro({
    bring: async (repository, digests) => {
      await bringObjects(repository, digests)
    },
  })
  assert.deepEqual([made.took(), made.read('whole')], [['first'], 'size:\n'])
})

test('from a web server, which cannot say what it has, the data comes without records of runs', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': `stages:\n  copy:\n    cmd: ${noted('copy', 'cp seed out')}\n    deps: [seed]\n    outs: [out]\n`,
  })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['seed'])
  await made.repro()
  await push(loadPipeline(made.root), { runCache: true })
  const server = createServer(serveFolder(join(made.root, '../store')))
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.after(() => server.close())
  addRemote(made.root, 'web', `http://127.0.0.1:${port}`, { from: made.root, asDefault: true })
  made.drop('.dvc/cache', '.dvc/tmp', 'seed', 'out')
  made.took()
  await pullForRun(loadPipeline(made.root))
  await made.repro()
  assert.deepEqual([made.took(), made.read('out')], [[], 's\n'])
})
