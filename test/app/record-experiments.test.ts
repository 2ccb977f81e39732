import assert from 'node:assert/strict'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { operations, type RunSource } from '#contract'
import { expRun } from '#pipeline'
import { localCaller, localIdentity, openApp } from '../../src/app/index.ts'
import { homePlace, recordExperiments } from '../../src/app/steps/record-experiments.ts'
import { project } from '../pipeline/support/project.ts'
import { manyExperiments, manyPipeline } from '../support/many-experiments.ts'

/** A committed pipeline, its home, and a caller of it as another process has one. */
async function repository(t: TestContext, pipeline = manyPipeline) {
  const files = { 'dvc.yaml': pipeline, 'params.yaml': 'rate: 1\n', 'score.json': '{"score": 0}\n' }
  const made = await project(t, files, { git: true })
  made.write({ '.gitignore': '/.tidemill\n/model\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  const home = join(made.root, '.tidemill')
  const opened = async () => {
    const app = await openApp({ home, workspace: made.root })
    t.after(() => app.close())
    const { tracking } = await app.project('default')
    return { caller: localCaller(app, 'default', localIdentity()), tracking }
  }
  return { made, home, opened, head: made.git('rev-parse', 'HEAD').trim() }
}

test('experiments that have no run become runs once, by two processes at once too, with params, metrics, name, baseline and date', async (t) => {
  const { made, opened, head } = await repository(t)
  manyExperiments(made.root, head, 3)
  const [one, other] = [await opened(), await opened()]
  const dry = await recordExperiments(one.caller, made.root, { dry: true })
  assert.deepEqual(
    dry.map(({ name, run }) => [name, run]),
    [0, 1, 2].map((at) => [`many-${at}`, undefined]),
  )
  assert.deepEqual((await one.tracking.search({})).items, [])
  await Promise.all([one, other].map(({ caller }) => recordExperiments(caller, made.root)))
  const { items } = await one.tracking.search({ order: ['started asc'] })
  assert.deepEqual(
    items.map((run) => [run.name, run.status, run.params, run.metrics, run.startedAt, run.endedAt]),
    [0, 1, 2].map((at) => {
      const time = (1_700_000_000 + at) * 1000
      return [`many-${at}`, 'finished', { rate: String(at) }, { score: at }, time, time]
    }),
  )
  for (const { id, tags } of items) {
    assert.equal(tags['tidemill.experiment.baseline'], head)
    assert.equal((await one.tracking.history(id, 'score')).total, 1)
  }
  assert.deepEqual(await recordExperiments(other.caller, made.root), [])
})

test('an experiment whose metrics are still elsewhere waits for them, and its run has them then', async (t) => {
  const { made, opened } = await repository(
    t,
    'stages:\n  train:\n    cmd: cp params.yaml model\n    params: [rate]\n    metrics: [model]\n',
  )
  const { metrics } = await expRun(made.root, { set: ['rate=2'], temp: true, env: made.env })
  assert.deepEqual(metrics, { model: { rate: 2 } })
  const folder = join(made.root, '.dvc/cache')
  renameSync(folder, `${folder}-away`)
  const { caller, tracking } = await opened()
  const [waits] = await recordExperiments(caller, made.root)
  assert.match(waits?.problem ?? '', /not in the cache yet/)
  renameSync(`${folder}-away`, folder)
  await recordExperiments(caller, made.root)
  assert.deepEqual(
    (await tracking.search({})).items.map((run) => run.metrics),
    [{ rate: 2 }],
  )
})

test('a run that was removed for good does not come back by itself, and does when it is asked for', async (t) => {
  const { made, home, opened, head } = await repository(t)
  manyExperiments(made.root, head, 1)
  const { caller, tracking } = await opened()
  const place = homePlace(home, 'default')
  const [first] = await recordExperiments(caller, made.root, { place })
  await tracking.remove(first?.run ?? '')
  assert.deepEqual(await recordExperiments(caller, made.root), [])
  const until = Date.now() + 1000
  const found = await tracking.purgeable({ until, keep: new Set() })
  await tracking.purge(found, until, () => Promise.resolve(new Set()))
  assert.deepEqual(found.runs, [first?.run])
  assert.deepEqual(await recordExperiments(caller, made.root, { place }), [])
  assert.equal((await recordExperiments(caller, made.root)).length, 1)
})

test('a finished run that somebody gave the tag who may not run the pipeline keeps no experiment from becoming a run', async (t) => {
  const { made, opened, head } = await repository(t)
  manyExperiments(made.root, head, 1)
  const { caller, tracking } = await opened()
  const [{ rev = '' } = {}] = await recordExperiments(caller, made.root, { dry: true })
  const tags = { 'tidemill.experiment.commit': rev }
  const forged = async (source: RunSource) => {
    const { id } = await tracking.create({ experiment: 'of somebody', user: 'eve', tags, source })
    await tracking.end(id, 'finished')
  }
  await forged({ code: rev, rerun: 'none' })
  await forged({ code: head, rerun: 'stages' })
  await forged({ code: rev })
  // MLflow's clients say no commit, and a tag that is written later changes nothing of who made the run.
  const { id: trained } = await tracking.create({
    experiment: 'of somebody',
    user: 'ed',
    source: { rerun: 'stages' },
  })
  await tracking.end(trained, 'finished')
  await tracking.log(trained, { tags, trust: 'none' })
  const [recorded] = await recordExperiments(caller, made.root)
  const run = await tracking.run(recorded?.run ?? '')
  assert.deepEqual([run.name, run.metrics], ['many-0', { score: 0 }])
  const { rows } = await caller.call(operations.pipelines.experiments, {})
  assert.deepEqual(rows.map(({ run: linked }) => linked).filter(Boolean), [run.id])

  // What another clone recorded, whose folder has another name, counts.
  await tracking.remove(run.id)
  await tracking.purge(
    await tracking.purgeable({ until: Date.now() + 1000, keep: new Set() }),
    Date.now() + 1000,
    () => Promise.resolve(new Set()),
  )
  await forged({ code: rev, rerun: 'stages' })
  assert.deepEqual(await recordExperiments(caller, made.root), [])
})

test('the experiments page links each experiment to its run, and makes runs of those that have none', async (t) => {
  const { made, opened, head } = await repository(t)
  manyExperiments(made.root, head, 2)
  const { caller, tracking } = await opened()
  const { pipelines } = operations
  const linked = async () => {
    const { rows } = await caller.call(pipelines.experiments, {})
    return rows
      .flatMap(({ name, run, ref }) => (ref === undefined ? [] : [[name, run]]))
      .toSorted((a, b) => String(a[0]).localeCompare(String(b[0])))
  }
  assert.deepEqual(await linked(), [
    ['many-0', undefined],
    ['many-1', undefined],
  ])
  const { experiments } = await caller.call(pipelines.recordExperiments, {})
  assert.equal(experiments.length, 2)
  const { items } = await tracking.search({ order: ['started asc'] })
  assert.deepEqual(
    await linked(),
    items.map(({ name, id }) => [name, id]),
  )
  assert.deepEqual((await caller.call(pipelines.recordExperiments, {})).experiments, [])
  assert.equal(pipelines.recordExperiments.permission, pipelines.startQueue.permission)
})
