import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { test } from 'node:test'
import { folderOf, isWithin } from '#tracking'
import { withCode } from '../auth/support/open-test-auth.ts'
import { openTestTracking } from './support/open-tracking.ts'

const user = 'ada'

test('a name’s parts but the last are its folder; a name with an empty part is in none', () => {
  const names = ['a', 'a/b', 'a/b/c', '/a', 'a//b', 'a/']
  assert.deepEqual(names.map(folderOf), ['', 'a', 'a/b', '', '', ''])
  assert.ok(isWithin('a', 'a/b/c') && isWithin('', 'x') && !isWithin('a', 'ab/c'))
  assert.ok(!isWithin('a/b', 'a/b'), 'an experiment named as a folder is beside it, not in it')
})

test('a folder that is renamed takes all that is in it along, removed experiments too, and nothing else', async (t) => {
  const { tracking } = await openTestTracking(t)
  const names = ['team/a', 'team/deep/b', 'team', 'teams/c', 'team/gone']
  const made = await Promise.all(names.map((name) => tracking.createExperiment({ name })))
  await tracking.removeExperiment(made[4]?.id ?? '')
  const renamed = await tracking.renameFolder('team', 'lab/vision')
  assert.deepEqual(renamed, ['lab/vision/a', 'lab/vision/deep/b', 'lab/vision/gone'])
  const now = await Promise.all(made.map(async ({ id }) => (await tracking.experiment(id)).name))
  assert.deepEqual(now, ['lab/vision/a', 'lab/vision/deep/b', 'team', 'teams/c', 'lab/vision/gone'])
  assert.deepEqual(await tracking.renameFolder('lab/vision/deep', ''), ['b'])
})

test('a folder goes to the uppermost level although one of its names is left by another of its own', async (t) => {
  const { tracking } = await openTestTracking(t)
  for (const name of ['x/e', 'x/x/e', 'x/x/x/e']) await tracking.createExperiment({ name })
  assert.deepEqual(await tracking.renameFolder('x', ''), ['e', 'x/e', 'x/x/e'])
})

test('a folder goes neither over what is there, nor into itself, nor by halves', async (t) => {
  const { tracking } = await openTestTracking(t)
  for (const name of ['a/x', 'a/y', 'b/y']) await tracking.createExperiment({ name })
  await assert.rejects(tracking.renameFolder('a', 'b'), withCode('already_exists'))
  await assert.rejects(tracking.renameFolder('a', 'a/in'), withCode('bad_request'))
  await assert.rejects(tracking.renameFolder('none', 'c'), withCode('not_found'))
  await assert.rejects(tracking.renameFolder('a', 'c//d'), withCode('bad_request'))
  await assert.rejects(tracking.renameFolder('a', 'z'.repeat(499)), withCode('bad_request'))
  const left = (await tracking.experimentsIn('')).map(({ name }) => name)
  assert.deepEqual(left, ['a/x', 'a/y', 'b/y'])
})

test('a run that moves keeps all that is its own: nested runs, data sets, models, traces, history and files', async (t) => {
  const { tracking } = await openTestTracking(t)
  const run = await tracking.create({ experiment: 'from', user, params: { lr: 1 } })
  const nested = await tracking.create({
    experiment: 'from',
    user,
    tags: { 'mlflow.parentRunId': run.id },
  })
  const other = await tracking.create({ experiment: 'from', user })
  const data = { name: 'd', digest: 'x', sourceType: 's', source: '{}', tags: { k: 'v' } }
  await tracking.logInputs(run.id, [data], [])
  await tracking.logInputs(other.id, [data], [])
  await tracking.log(run.id, {
    metrics: [1, 2, 3].map((step) => ({ key: 'm', value: step, step })),
  })
  await tracking.putArtifact(run.id, 'a/b.txt', Readable.from(['hello']))
  const model = await tracking.createLoggedModel({ experiment: run.experimentId, run: run.id })
  await tracking.saveTrace({
    ...{ id: 'tr-1', experiment: run.experimentId, startedAt: 1, state: 'ok', tags: {} },
    metadata: { 'mlflow.sourceRun': nested.id },
  })
  const { id: to } = await tracking.createExperiment({ name: 'to' })
  const moved = await tracking.moveRuns([run.id], to)
  assert.deepEqual(
    [moved.runs.toSorted(), moved.models, moved.traces],
    [[run.id, nested.id].toSorted(), 1, 1],
  )
  const now = await tracking.run(run.id)
  assert.deepEqual([now.experiment, now.params, now.artifactRoot], ['to', { lr: '1' }, undefined])
  assert.equal((await tracking.history(run.id, 'm')).total, 3)
  const inputs = await tracking.inputsOf([run.id, other.id])
  assert.deepEqual(inputs.get(run.id)?.datasets, [data])
  assert.deepEqual(inputs.get(other.id)?.datasets, [data], 'who stays keeps the data set as well')
  assert.equal((await tracking.datasetsOf([to])).length, 1)
  assert.equal((await tracking.loggedModel(model.id)).experiment, to)
  assert.equal((await tracking.trace('tr-1')).experiment, to)
  assert.equal((await tracking.run(other.id)).experiment, 'from')
  assert.equal(String(await buffer(await tracking.artifact(run.id, 'a/b.txt'))), 'hello')
  assert.deepEqual((await tracking.moveRuns([run.id], to)).runs, [], 'a second time does nothing')
})

test('a run that moves leaves what it put into other experiments where it put it', async (t) => {
  const { tracking } = await openTestTracking(t)
  const run = await tracking.create({ experiment: 'from', user })
  const { id: aside } = await tracking.createExperiment({ name: 'aside' })
  const { id: to } = await tracking.createExperiment({ name: 'to' })
  const model = await tracking.createLoggedModel({ experiment: aside, run: run.id })
  await tracking.saveTrace({
    ...{ id: 'tr-1', experiment: aside, startedAt: 1, state: 'ok', tags: {} },
    metadata: { 'mlflow.sourceRun': run.id },
  })
  const moved = await tracking.moveRuns([run.id], to)
  assert.deepEqual(moved, { runs: [run.id], models: 0, traces: 0 })
  assert.equal((await tracking.loggedModel(model.id)).experiment, aside)
  assert.equal((await tracking.trace('tr-1')).experiment, aside)
})

test('a run that leaves an experiment with files elsewhere says for ever where its own are', async (t) => {
  const { tracking } = await openTestTracking(t)
  const far = await tracking.createExperiment({ name: 'far', artifactRoot: 's3://bucket/x' })
  const near = await tracking.createExperiment({ name: 'near' })
  const run = await tracking.create({ experiment: { id: far.id }, user })
  const own = await tracking.create({ experiment: { id: near.id }, user })
  await tracking.moveRuns([run.id], near.id)
  await tracking.moveRuns([own.id], far.id)
  assert.equal((await tracking.run(run.id)).artifactRoot, 's3://bucket/x')
  const filter = `attributes.artifact_uri = 's3://bucket/x/${run.id}/artifacts'`
  const { items } = await tracking.search({ filter, strict: true })
  assert.deepEqual(
    items.map(({ id }) => id),
    [run.id],
  )
  assert.equal((await tracking.run(own.id)).artifactRoot, `mlflow-artifacts:/${near.id}`)
})

test('runs move all or not at all', async (t) => {
  const { tracking } = await openTestTracking(t)
  const run = await tracking.create({ experiment: 'from', user })
  const { id: to } = await tracking.createExperiment({ name: 'to' })
  await assert.rejects(tracking.moveRuns([run.id, 'none'], to), withCode('not_found'))
  await assert.rejects(tracking.moveRuns([run.id], 'none'), withCode('not_found'))
  await tracking.removeExperiment(to)
  await assert.rejects(tracking.moveRuns([run.id], to), withCode('conflict'))
  assert.equal((await tracking.run(run.id)).experiment, 'from')
})

test('runs are counted and listed without their values by the same filters', async (t) => {
  const { tracking } = await openTestTracking(t)
  for (const value of [0.1, 0.5, 0.9]) {
    const { id } = await tracking.create({ experiment: 'e', user, params: { value } })
    await tracking.log(id, { metrics: [{ key: 'acc', value }] })
  }
  const filter = 'metrics.acc > 0.3'
  assert.equal(await tracking.countRuns({ filter }), 2)
  assert.equal(await tracking.countRuns({ filter, removed: 'only' }), 0)
  assert.equal(await tracking.countRuns({ filter, experiments: [] }), 0)
  const { items, next } = await tracking.searchInfos({ filter, limit: 1 })
  assert.ok(next !== undefined && items[0])
  assert.deepEqual([items[0].experiment, 'params' in items[0]], ['e', false])
  const rest = await tracking.searchInfos({ filter, limit: 1, cursor: next })
  assert.deepEqual([rest.items.length, rest.next], [1, undefined])
})
