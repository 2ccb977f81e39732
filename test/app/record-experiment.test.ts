import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { operations, type Caller } from '#contract'
import { localCaller, localIdentity, openApp } from '../../src/app/index.ts'
import { recordExperiment, runsOfExperiments } from '../../src/app/steps/record-experiment.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('an experiment of the pipeline is one run in tracking, however often it is told, with its parameters, metrics and commit', async (t) => {
  const folder = await temporaryFolder(t)
  const app = await openApp({ home: join(folder, '.tidemill'), workspace: folder })
  t.after(() => app.close())
  const caller = localCaller(app, 'default', localIdentity())
  const experiment = {
    name: 'brisk-tide',
    rev: 'b'.repeat(40),
    baseline: 'a'.repeat(40),
    set: ['train.rate=0.5'],
    params: {
      'params.yaml': { train: { rate: 0.5, layers: [1, 2] } },
      'more.yaml': { on: true },
    },
    metrics: { 'score.json': { val: { acc: 0.75 }, note: 'text' }, 'other.json': { loss: 2 } },
    result: { stages: [], changed: true },
  }
  const id = await recordExperiment(caller, folder, experiment)
  assert.equal(await recordExperiment(caller, folder, experiment), id)
  const run = await (await app.project('default')).tracking.run(id)
  assert.equal(run.name, 'brisk-tide')
  assert.equal(run.status, 'finished')
  assert.deepEqual(run.params, {
    'train.rate': '0.5',
    'train.layers': '[1,2]',
    'more.yaml:on': 'true',
  })
  assert.deepEqual(run.metrics, { 'val.acc': 0.75, 'other.json:loss': 2 })
  assert.equal(run.tags['tidemill.experiment.commit'], 'b'.repeat(40))
  assert.equal(run.tags['tidemill.experiment.set'], 'train.rate=0.5')
  assert.equal(run.source.code, experiment.rev)

  // What a process that died left half made is gone on with.
  const half = { ...experiment, name: 'half', rev: 'c'.repeat(40) }
  const { run: begun } = await caller.call(operations.runs.create, {
    experiment: run.experiment,
    tags: { 'tidemill.experiment.commit': half.rev },
  })
  assert.equal(await recordExperiment(caller, folder, half), begun.id)
  const whole = await (await app.project('default')).tracking.run(begun.id)
  assert.deepEqual([whole.status, whole.metrics], ['finished', run.metrics])

  const other = { ...experiment, name: 'other', rev: 'd'.repeat(40) }
  const { run: alien } = await caller.call(operations.runs.create, {
    experiment: 'of somebody',
    tags: { 'tidemill.experiment.commit': other.rev },
  })
  assert.notEqual(await recordExperiment(caller, folder, other), alien.id)
  const { tracking } = await app.project('default')
  assert.deepEqual((await tracking.run(alien.id)).metrics, {})
})

test('the runs of a thousand experiments are looked for in pieces, between which a server answers others', async () => {
  const asked: number[] = []
  let between = 0
  const caller = {
    call(_: unknown, { filter }: { filter: string }) {
      asked.push(filter.split(',').length)
      setImmediate(() => (between += 1))
      return Promise.resolve({ runs: [] })
    },
  } as unknown as Caller
  const revs = Array.from({ length: 1000 }, (_, at) => at.toString(16).padStart(40, '0'))
  await runsOfExperiments(caller, '/', revs)
  assert.equal(
    asked.reduce((sum, each) => sum + each),
    1000,
  )
  assert.ok(Math.max(...asked) <= 20)
  assert.equal(between, asked.length - 1)
})
