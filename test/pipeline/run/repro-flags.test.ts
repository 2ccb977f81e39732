import assert from 'node:assert/strict'
import { readdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, addRemote, loadPipeline, plan, pullForRun, push } from '#pipeline'
import { chain, noted, project } from '../support/project.ts'

test('a record of a run that goes between the listing and the look at it is passed over', async (t) => {
  const made = await project(t, {
    seed: 's\n',
    'dvc.yaml': 'stages:\n  a:\n    cmd: cp seed a\n    deps: [seed]\n    outs: [a]\n',
  })
  await made.repro()
  const runs = join(made.root, '.dvc/cache/runs')
  const [record] = readdirSync(runs, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  )
  // listed, and there is nothing to look at
  symlinkSync('gone', join(record?.parentPath ?? '', 'f'.repeat(64)))
  rmSync(join(made.root, '.dvc/tmp/tidemill/runs'), { recursive: true })
  made.drop('a', 'dvc.lock')
  const { stages } = await made.repro()
  assert.deepEqual(
    stages.map(({ outcome }) => outcome),
    ['restored'],
  )
})

test('data that is nowhere here is no reason to run, when that is asked; a changed command is', async (t) => {
  const made = await project(t, { 'dvc.yaml': chain(3), seed: 's\n' })
  await made.repro()
  made.took()
  made.drop('.dvc/cache', 'seed', 'o0', 'o1', 'o2')
  await assert.rejects(made.repro(), /seed/)
  const { changed } = await made.repro({ allowMissing: true })
  assert.deepEqual([changed, made.took()], [false, []])
  const planned = await plan(loadPipeline(made.root), { allowMissing: true })
  assert.deepEqual(
    planned.map(({ action }) => action),
    ['skip', 'skip', 'skip'],
  )
  made.write({ 'dvc.yaml': chain(3).replace('cp o1 o2', 'cat o1 > o2') })
  const after = await plan(loadPipeline(made.root), { allowMissing: true })
  assert.deepEqual(
    after.map(({ action }) => action),
    ['skip', 'skip', 'run'],
  )
})

test('each stage is asked for, and a no ends the run there', async (t) => {
  const made = await project(t, { 'dvc.yaml': chain(3), seed: 's\n' })
  const asked: string[] = []
  const confirm = (stage: string) => {
    asked.push(stage)
    return Promise.resolve(stage !== 's1')
  }
  await assert.rejects(made.repro({ confirm, jobs: 4 }), /s1/)
  assert.deepEqual([asked, made.took()], [['s0', 's1'], ['s0']])
})

test('a folder as a target means every stage in it and below', async (t) => {
  const stage = (name: string) =>
    `stages:\n  ${name}:\n    cmd: ${noted(name, `echo 1 > ${name}.txt`)}\n    outs: [${name}.txt]\n`
  const made = await project(t, {
    'a/dvc.yaml': stage('one'),
    'a/b/dvc.yaml': stage('two'),
    'c/dvc.yaml': stage('three'),
  })
  await made.repro({ targets: ['a'], recursive: true })
  assert.deepEqual(made.took().toSorted(), ['one', 'two'])
})

test('what a run may need comes from the remote, and data that is missing is put into the work tree', async (t) => {
  const made = await project(t, { 'dvc.yaml': chain(2), seed: 's\n', extra: 'e\n' })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['seed', 'extra'])
  await made.repro()
  made.took()
  await push(loadPipeline(made.root), { runCache: true })
  made.drop('.dvc/cache', '.dvc/tmp', 'dvc.lock', 'seed', 'extra', 'o0', 'o1')
  await pullForRun(loadPipeline(made.root), { targets: ['s1'] })
  assert.equal(made.read('seed'), 's\n')
  await made.repro()
  assert.deepEqual(made.took(), [], 'both came from the record of runs')
  await pullForRun(loadPipeline(made.root))
  assert.equal(made.read('extra'), 'e\n')
})

test('what a frozen stage made and what is needed by stages of a folder, or after another, comes for the run', async (t) => {
  const made = await project(t, {
    'dvc.yaml': 'stages:\n  first:\n    cmd: cp seed a\n    deps: [seed]\n    outs: [a]\n',
    'sub/dvc.yaml': `stages:\n  second:\n    cmd: ${noted('second', 'cat ../a more > b')}\n    deps: [../a, more]\n    outs: [b]\n`,
    seed: 's\n',
    'sub/more': 'm\n',
  })
  const load = () => loadPipeline(made.root)
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(load(), ['seed', 'sub/more'])
  await made.repro({ all: true })
  await push(load(), { runCache: true })
  made.write({ 'dvc.yaml': made.read('dvc.yaml').replace('cmd:', 'frozen: true\n    cmd:') })
  const scopes = [
    { targets: ['sub'], recursive: true },
    { targets: ['sub/dvc.yaml:second'], single: true },
    { targets: ['first'], downstream: true },
    { targets: ['first'], pipeline: true },
    { targets: ['first'], all: true },
    {},
  ]
  for (const scope of scopes) {
    made.drop('.dvc/cache', '.dvc/tmp', 'a', 'seed', 'sub/b', 'sub/more')
    made.took()
    await pullForRun(load(), scope)
    await made.repro(scope)
    assert.deepEqual([made.read('a'), made.took()], ['s\n', []], JSON.stringify(scope))
    if (scope.targets) assert.equal(made.read('sub/b'), 's\nm\n')
  }
})

test('the record of a run goes to a remote beside DVC’s only when it says more', async (t) => {
  const made = await project(t, {
    'dvc.yaml': `stages:
  silent: {cmd: cp seed a, deps: [seed], outs: [a]}
  loud: {cmd: echo said && cp seed b, deps: [seed], outs: [b]}
`,
    seed: 's\n',
  })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await made.repro()
  await push(loadPipeline(made.root), { runCache: true })
  const records = (folder: string) =>
    readdirSync(join(made.root, '../store', folder), {
      recursive: true,
      withFileTypes: true,
    }).filter((entry) => entry.isFile()).length
  assert.deepEqual([records('runs'), records('tidemill/runs')], [2, 1])
  // the cache holds nothing that DVC would not put there
  assert.deepEqual(readdirSync(join(made.root, '.dvc/cache')).toSorted(), [
    'files',
    'runs',
    'tidemill',
  ])
  assert.deepEqual(readdirSync(join(made.root, '.dvc/cache/tidemill'), { recursive: true }), [
    'tmp',
  ])
})
