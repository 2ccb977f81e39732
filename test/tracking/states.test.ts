import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { openFolderObjects, systemClock } from '#store'
import { openTracking } from '#tracking'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'
import { databases, openedTracking } from './support/opened.ts'

const user = 'ada'
const later = () => Date.now() + 1000

for (const [database, skip] of databases) {
  test(
    `what is restored or registered while garbage is collected stays, with its models and files, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const make = async (experiment: string) => {
        const run = await tracking.create({ experiment, user })
        const { id: aside } = await tracking.experimentNamed('aside')
        const model = await tracking.createLoggedModel({ experiment: aside, run: run.id })
        await tracking.putArtifact(model.id, 'MLmodel', Readable.from(['x']))
        await tracking.remove(run.id)
        return { run: run.id, model: model.id }
      }
      const [restored, registered, gone] = [await make('e'), await make('e'), await make('e')]
      const alone = await tracking.createLoggedModel({
        experiment: (await tracking.run(gone.run)).experimentId,
      })
      await tracking.removeLoggedModel(alone.id)
      const until = later()
      const found = await tracking.purgeable({ until, keep: new Set() })
      assert.equal(found.runs.length, 3)
      assert.equal(found.models.length, 4)
      await tracking.restore(restored.run)
      await tracking.purge(found, until, () =>
        Promise.resolve(new Set([registered.model, alone.id])),
      )
      for (const { run, model } of [restored, registered]) {
        assert.equal((await tracking.run(run)).id, run)
        assert.equal((await tracking.artifacts(model)).length, 1)
        assert.equal((await tracking.loggedModel(model)).run, run)
      }
      await assert.rejects(tracking.run(gone.run), withCode('not_found'))
      await assert.rejects(tracking.loggedModel(gone.model), withCode('not_found'))
      const again = await tracking.purgeable({ until: later(), keep: new Set([registered.model]) })
      assert.deepEqual([again.runs, again.models], [[], [alone.id]])
    },
  )
}

test('a run whose model in another experiment is registered is kept when only its own experiment is looked at', async (t) => {
  const { tracking } = await openedTracking(t)
  const run = await tracking.create({ experiment: 'e', user })
  const { id: aside } = await tracking.createExperiment({ name: 'aside' })
  const model = await tracking.createLoggedModel({ experiment: aside, run: run.id })
  await tracking.remove(run.id)
  const experiments = [run.experimentId]
  const found = await tracking.purgeable({ until: later(), experiments, keep: new Set([model.id]) })
  assert.deepEqual([found.runs, found.models], [[], []])
})

test('using a removed experiment by name brings it back with the runs that went with it, and with no others', async (t) => {
  const { tracking } = await openedTracking(t)
  const first = await tracking.create({ experiment: 'e', user })
  const before = await tracking.create({ experiment: 'e', user })
  await tracking.remove(before.id)
  await new Promise((resolve) => setTimeout(resolve, 5))
  await tracking.removeExperiment(first.experimentId)
  const made = await tracking.create({ experiment: 'e', user })
  assert.equal(made.experimentId, first.experimentId)
  const found = (await tracking.search({ experiment: 'e' })).items.map(({ id }) => id)
  assert.deepEqual(found.toSorted(), [first.id, made.id].toSorted())
})

test('traces that are deleted take their files and their links along', async (t) => {
  const { tracking, metadata } = await openedTracking(t)
  const run = await tracking.create({ experiment: 'e', user })
  const trace = {
    ...{ id: 'tr-1', experiment: run.experimentId, startedAt: 1, state: 'ok' },
    ...{ tags: { a: 'b' }, metadata: { c: 'd' } },
  }
  await tracking.saveTrace(trace)
  await tracking.putArtifact('tr-1', 'traces.json', Readable.from(['secret']))
  await tracking.linkTraces(run.id, ['tr-1'])
  assert.equal(await tracking.removeTraces(run.experimentId, { ids: ['tr-1'] }), 1)
  for (const [table, column] of [
    ['artifacts', 'owner'],
    ['trace_runs', 'trace'],
    ['trace_tags', 'trace'],
    ['trace_metadata', 'trace'],
  ]) {
    const rows = await metadata.read(`select 1 from ${table} where ${column} = ?`, ['tr-1'])
    assert.equal(rows.length, 0, table)
  }
})

test('a logged model that is refused is not there', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id: experiment } = await tracking.createExperiment({ name: 'e' })
  for (const given of [{ params: { 'a=b': '1' } }, { tags: { 'a=b': '1' } }]) {
    await assert.rejects(
      tracking.createLoggedModel({ experiment, ...given }),
      withCode('bad_request'),
    )
  }
  assert.deepEqual((await tracking.searchLoggedModels({ experiments: [experiment] })).items, [])
  const whole = { params: { a: '1' }, tags: { b: '2' } }
  const made = await tracking.createLoggedModel({ experiment, ...whole })
  assert.deepEqual([made.params, made.tags], [whole.params, whole.tags])
})

test('a run and its tag mlflow.runName have one name, whichever of them is changed and how', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id } = await tracking.create({ experiment: 'e', user, name: 'first' })
  const names = async () => {
    const { name, tags } = await tracking.run(id)
    return [name, tags['mlflow.runName']]
  }
  assert.deepEqual(await names(), ['first', 'first'])
  await tracking.update(id, { name: 'second', status: 'finished' })
  assert.deepEqual(await names(), ['second', 'second'])
  await tracking.log(id, { tags: { 'mlflow.runName': 'third' } })
  assert.deepEqual(await names(), ['third', 'third'])
  const row = 1
  await tracking.changeRuns([row], { tags: { 'mlflow.runName': 'fourth' } })
  assert.deepEqual(await names(), ['fourth', 'fourth'])
  const clear = { tags: { 'mlflow.runName': null } }
  await assert.rejects(tracking.changeRuns([row], clear), withCode('bad_request'))
  await assert.rejects(tracking.removeTag(id, 'mlflow.runName'), withCode('bad_request'))
  assert.deepEqual(await names(), ['fourth', 'fourth'])
})

test('of tags that many extend at the same time nothing is lost', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id } = await tracking.create({ experiment: 'e', user })
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      tracking.changeTag(id, 'list', (before = '') => `${before}${i},`),
    ),
  )
  assert.equal((await tracking.run(id)).tags.list?.split(',').length, 21)
})

for (const [database, skip] of databases) {
  test(
    `of a logged model’s points the last of each metric and data set is shown, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const run = await tracking.create({ experiment: 'e', user })
      const models = []
      for (const start of [0, 100]) {
        const { id: model } = await tracking.createLoggedModel({ experiment: run.experimentId })
        const metrics = [3, 1, 2].flatMap((step) =>
          ['', 'd'].map((datasetName) => ({
            key: 'm',
            value: start + step,
            step,
            time: 1,
            model,
            datasetName,
          })),
        )
        await tracking.log(run.id, { metrics: [...metrics, { key: 'n', value: NaN, model }] })
        models.push(model)
      }
      for (const [at, model] of models.entries()) {
        const found = (await tracking.loggedModel(model)).metrics
        assert.deepEqual(
          found.map(({ key, value, datasetName, run: of }) => [key, value, datasetName, of]),
          [
            ['m', at * 100 + 3, '', run.id],
            ['m', at * 100 + 3, 'd', run.id],
            ['n', NaN, '', run.id],
          ],
        )
      }
    },
  )
}

test('the name and the state of a run are changed together or not at all', async (t) => {
  const { tracking, metadata } = await openedTracking(t)
  const run = await tracking.create({ experiment: 'e', name: 'first', user })
  const failing = openTracking({
    metadata: { ...metadata, batch: () => Promise.reject(new Error('cut short')) },
    objects: await openFolderObjects(await temporaryFolder(t)),
    clock: systemClock,
  })
  const change = { name: 'second', status: 'finished', endedAt: 5 } as const
  await assert.rejects(failing.update(run.id, change), /cut short/)
  const still = await tracking.run(run.id)
  assert.deepEqual([still.name, still.status, still.endedAt], ['first', 'running', undefined])
  const done = await tracking.update(run.id, change)
  assert.deepEqual([done.name, done.status, done.endedAt], ['second', 'finished', 5])
  assert.equal((await tracking.update(run.id, { status: 'failed' })).endedAt, 5)
})
