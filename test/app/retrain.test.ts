import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { localCaller, localIdentity, openApp } from '#app'
import { operations, type DriftReport } from '#contract'
import { newWatch } from '#monitoring'
import { manualClock } from '#store'
import { askPolicy, decidePolicy, settleDecisions } from '../../src/app/steps/decide-policy.ts'
import { registerBest } from '../../src/app/steps/register-best.ts'
import { retrain } from '../../src/app/steps/retrain.ts'
import { temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { seedRuns } from '../support/seed-runs.ts'

/** A model whose first version is the champion behind an endpoint, with an alarm open, and a better run that is no version yet. */
async function openAlarmed(t: TestContext) {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'dvc.yaml'), 'stages:\n  nothing:\n    cmd: "true"\n')
  const clock = manualClock(Date.UTC(2026, 10, 27))
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir, clock })
  t.after(() => app.close())
  const rooms = await app.project('default')
  const caller = localCaller(app, 'default', localIdentity())
  const { run, version } = await registeredModel(caller, { model: 'm', metrics: { f1: 0.9 } })
  await caller.call(operations.models.alias, { name: 'm', alias: 'champion', version })
  const select = { metric: 'f1', goal: 'max' as const }
  await rooms.applied.save('model', 'm', { experiment: 'm', select }, 'test')
  const policy = { model: 'm', on: [{ alarm: 'w' }], promote: true }
  await rooms.applied.save('policy', 'p', policy, 'test')
  await rooms.serving.put('e', 'm', 'champion')
  await rooms.monitoring.declare({ name: 'w', endpoint: 'e' })
  await rooms.monitoring.save(drifted(), { alpha: 0, watch: newWatch(1) })
  /** A run with the files of the first one. */
  const trained = async (f1: number, datasetVersion: number): Promise<string> => {
    const { tracking } = rooms
    const source = { dataset: 'd', datasetVersion }
    const { id } = await tracking.create({ experiment: 'm', user: 'u', source })
    for (const path of ['model/model.onnx', 'model/signature.json'])
      await tracking.putArtifact(id, path, await tracking.artifact(run, path))
    await tracking.log(id, { metrics: [{ key: 'f1', value: f1 }] })
    await tracking.end(id, 'finished')
    return id
  }
  return { rooms, clock, trained }
}

function drifted(): DriftReport {
  const times = { windowStart: 0, windowEnd: 0, createdAt: 0 }
  const rest = { monitor: 'w', endpoint: 'e', model: 'm', version: 1, rows: 20, columns: [] }
  return { id: 'r', drifted: true, summary: 'Moved.', ...rest, ...times } as unknown as DriftReport
}

const work = (signal = new AbortController().signal) => ({
  signal,
  progress: async () => undefined,
})

test('the best run is looked for on the newest data, however many were better on older data', async (t) => {
  const { rooms, trained } = await openAlarmed(t)
  await seedRuns(rooms.metadata, { experiment: 'x', name: 'many', runs: 1100, metrics: ['f1'] })
  const experiment = (await rooms.tracking.experiments()).find(({ name }) => name === 'm')?.id ?? ''
  await rooms.metadata
    .tables<{ runs: { experiment: string } }>()
    .updateTable('runs')
    .set({ experiment })
    .where('experiment', '=', 'x')
    .execute()
  await trained(-2, 9)
  const best = await trained(-1, 9)
  assert.equal((await registerBest(rooms, 'm', 'test')).run, best)
})

test('a retraining whose server ended after the new version took the place is told as what it was', async (t) => {
  const { rooms, trained } = await openAlarmed(t)
  await trained(0.95, 1)
  const { id } = await decidePolicy(rooms, 'p', true)
  const kill = new AbortController()
  const setAlarm = t.mock.method(rooms.monitoring, 'setAlarm', async () => {
    kill.abort()
    throw new Error('killed')
  })
  await assert.rejects(retrain(rooms, id, work(kill.signal)), /killed/)
  setAlarm.mock.restore()
  assert.deepEqual(
    (await rooms.decisions.underWay()).map((each) => each.id),
    [id],
  )
  const ended = await retrain(rooms, id, work())
  assert.deepEqual([ended.state, ended.champion, ended.challenger], ['promoted', 1, 2])
  assert.equal(ended.outcome, 'Version 2 took the place of 1.')
  assert.deepEqual(await rooms.monitoring.alarms({ state: 'open' }), [])
  assert.deepEqual(await retrain(rooms, id, work()), ended, 'the job is done once more')
})

test('a retraining that ends while its policy is asked is not begun once more', async (t) => {
  const { rooms, clock } = await openAlarmed(t)
  const { id, job = '' } = await decidePolicy(rooms, 'p', true)
  await clock.advance(3_600_000)
  const { get } = rooms.jobs
  t.mock.method(rooms.jobs, 'get', async (asked: string) => {
    const worker = rooms.jobs.work({
      retrain: async () => {
        await rooms.decisions.update(id, { state: 'unchanged', endedAt: clock.now() })
      },
    })
    while ((await get(job))?.state !== 'done') await delay(5)
    await worker.stop()
    return get(asked)
  })
  assert.notEqual((await askPolicy(rooms, 'p'))?.due, true)
  t.mock.restoreAll()
  assert.deepEqual(await settleDecisions(rooms), [])
  assert.notEqual((await askPolicy(rooms, 'p'))?.due, true)
})
