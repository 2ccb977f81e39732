import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { add, expRun, loadPipeline, openRepository } from '#pipeline'
import { readConfig, remotesOf } from '../../../src/pipeline/config.ts'
import { inOwnTree } from '../../../src/pipeline/experiments/own-tree.ts'
import { noted, project } from '../support/project.ts'

test('an experiment runs with other parameters, leaves the work tree alone, and its run is not made twice', async (t) => {
  const params = '# how fast\ntrain:\n  rate: 0.1 # slow\n  layers: [1, 2]\n'
  const made = await project(
    t,
    {
      seed: 's\n',
      'params.yaml': params,
      'dvc.yaml': `stages:\n  train:\n    cmd: ${noted('train', "echo '{\"acc\":' $(grep rate params.yaml | tr -dc '0-9.')'}' > m.json && cp seed model")}\n    deps:\n    - seed\n    params:\n    - train.rate\n    outs:\n    - model\n    metrics:\n    - m.json:\n        cache: false\n`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.took()
  const found = await expRun(made.root, {
    set: ['train.rate=0.5', 'train.layers.1=7'],
    temp: true,
    env: made.env,
  })
  assert.deepEqual(made.took(), ['train'])
  assert.deepEqual(found.metrics, { 'm.json': { acc: 0.5 } })
  assert.deepEqual(found.params, { 'params.yaml': { train: { rate: 0.5, layers: [1, 7] } } })
  assert.match(made.git('show', `${found.rev}:dvc.lock`), /train\.rate: 0\.5/)
  assert.equal(made.git('status', '--porcelain'), '')
  assert.equal(made.git('worktree', 'list').trim().split('\n').length, 1)
  assert.equal(made.read('params.yaml'), params)
  const again = await expRun(made.root, { set: ['train.rate=0.5'], temp: true, env: made.env })
  assert.deepEqual(made.took(), [])
  assert.deepEqual(
    again.result.stages.map(({ outcome }) => outcome),
    ['restored'],
  )
  await assert.rejects(
    expRun(made.root, { set: ['train.rate.x=1'], temp: true, env: made.env }),
    /single value/,
  )
  await assert.rejects(expRun(made.root, { temp: true, from: 'nosuch' }), /nosuch/)
})

test('an experiment beside works with the files as they are, also those that Git is about to keep, and whatever its hooks do', async (t) => {
  const made = await project(
    t,
    {
      code: 'old\n',
      'dvc.yaml': 'stages:\n  s: {cmd: cat code new > out, deps: [code, new], outs: [out]}\n',
      new: 'n\n',
    },
    { git: true },
  )
  made.git('add', 'code', 'dvc.yaml', '.dvc')
  made.git('commit', '-qm', 'base')
  made.write({ code: 'edited\n', '.git/hooks/post-checkout*': '#!/bin/sh\nexec no-such-program\n' })
  made.git('add', 'new')
  const { result, rev } = await expRun(made.root, { temp: true, env: made.env })
  assert.deepEqual(
    result.stages.map(({ outcome }) => outcome),
    ['ran'],
  )
  assert.equal(made.git('show', `${rev}:code`), 'edited\n')
  assert.equal(made.git('show', `${rev}:new`), 'n\n')
  assert.equal(made.read('code'), 'edited\n')
})

test('in a work tree of its own a remote beside the repository is the same place', async (t) => {
  const made = await project(t, { seed: 's\n' }, { git: true })
  made.write({
    '.dvc/config': '[core]\n    remote = here\n[\'remote "here"\']\n    url = ../../store\n',
  })
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  const head = made.git('rev-parse', 'HEAD').trim()
  const urls = (root: string) => remotesOf(readConfig(root)).remotes.map(({ url }) => url)
  const [inside] = await inOwnTree(made.root, head, async (place) => urls(place))
  assert.equal(inside, urls(made.root)[0])
})

test('Git’s own words say why there is no work tree', async (t) => {
  const made = await project(t, {}, { git: true })
  await assert.rejects(
    inOwnTree(made.root, 'no-such-commit', async () => undefined),
    /git worktree failed in .*no-such-commit/,
  )
})

test('a stage that writes to its own dependency in an experiment beside leaves the cache as it was', async (t) => {
  const made = await project(
    t,
    {
      'dvc.yaml': 'stages:\n  s: {cmd: echo more >> f && cp f o, deps: [f], outs: [o]}\n',
      f: 'v1\n',
    },
    { git: true },
  )
  await add(loadPipeline(made.root), ['f'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  await expRun(made.root, { temp: true, env: made.env })
  const { cache } = openRepository(made.root)
  const md5 = hash('md5', 'v1\n', 'hex')
  assert.equal(readFileSync(cache.path(md5), 'utf8'), 'v1\n')
})

test('a file that was added by force goes into an experiment like every other', async (t) => {
  const made = await project(
    t,
    { 'dvc.yaml': 'stages:\n  s: {cmd: cp in out, deps: [in], outs: [out]}\n', in: 'i\n' },
    { git: true },
  )
  made.write({ '.gitignore': '*.log\n/out\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.write({ 'keep.log': 'kept\n' })
  made.git('add', '-f', 'keep.log')
  const { rev } = await expRun(made.root, { env: made.env })
  assert.equal(made.git('show', `${rev}:keep.log`), 'kept\n')
})
