import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expRun } from '#pipeline'
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
