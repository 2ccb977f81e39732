import assert from 'node:assert/strict'
import { test } from 'node:test'
import { made } from './support/made-runs.ts'
import { databases, openedTracking } from './support/opened.ts'

for (const [database, skip] of databases) {
  test(
    `a row tells the data, the code, the program and the models of a run of ours and of one that MLflow’s client made (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id: own } = await tracking.create({
        ...{ experiment: 'table', user: 'u', name: 'own' },
        source: { dataset: 'rides', datasetVersion: 2, code: 'c0ffee', entry: 'train' },
      })
      const { id: client, experimentId: experiment } = await tracking.create({
        ...{ experiment: 'table', user: 'u', name: 'client' },
        source: { script: { name: 'fit.py', type: 'LOCAL', commit: 'abc123' } },
      })
      const { id: tagged } = await tracking.create({
        ...{ experiment: 'table', user: 'u', name: 'tagged' },
        tags: { 'mlflow.source.name': 'late.py', 'mlflow.source.git.commit': 'def456' },
      })
      const input = { sourceType: 'local', source: '{}', tags: {} }
      await tracking.logInputs(client, [{ name: 'scenes', digest: 'a1', ...input }], [])
      const model = await tracking.createLoggedModel({ experiment, name: 'unet', run: client })
      const elsewhere = await tracking.createExperiment({ name: 'hidden' })
      const far = await tracking.createLoggedModel({ experiment: elsewhere.id, name: 'far' })
      await tracking.logOutputs(
        client,
        [model, far].map((each) => ({ model: each.id, step: 0 })),
      )
      const { runs } = await tracking.readRows({ runs: [own, client, tagged] }, [])
      assert.deepEqual(
        runs.map(({ dataset, datasetVersion, inputs, code, program, models }) => [
          ...[dataset, datasetVersion, inputs, code, program, models],
        ]),
        [
          ['rides', 2, undefined, 'c0ffee', 'train', undefined],
          [
            ...[undefined, undefined, [{ name: 'scenes', digest: 'a1' }], 'abc123', 'fit.py'],
            [{ id: model.id, name: 'unet' }],
          ],
          [undefined, undefined, undefined, 'def456', 'late.py', undefined],
        ],
      )
    },
  )

  test(
    `a history over another metric tells that metric’s last value up to each step, and none before its first (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { ids } = await made(tracking, [{ name: 'one' }])
      const run = ids.get('one') ?? ''
      const point = (key: string, step: number, value: number) => ({ key, step, time: step, value })
      await tracking.log(run, {
        metrics: [
          ...[0, 1, 2, 3, 4].map((step) => point('loss', step, 5 - step)),
          ...[point('epoch', 1, 1), point('epoch', 3, 2), point('epoch', 3, NaN)],
        ],
      })
      const [history] = await tracking.readHistories([run], 'loss', { x: 'epoch' })
      assert.deepEqual(history?.x, [null, 1, 1, 'NaN', 'NaN'])
      const [other] = await tracking.readHistories([run], 'loss', { x: 'nothing' })
      assert.deepEqual(other?.x, [null, null, null, null, null])
    },
  )

  test(
    `groups of runs have the mean, the least and the greatest of a metric at each step, of the runs that logged it there (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { experiment, ids } = await made(tracking, [
        { name: 'a', params: { k: '1' } },
        { name: 'b', params: { k: '1' } },
        { name: 'silent', params: { k: '1' } },
        { name: 'c' },
      ])
      const log = (name: string, from: number, values: readonly number[]) =>
        tracking.log(ids.get(name) ?? '', {
          metrics: values.map((value, step) => ({
            ...{ key: 'loss', step, time: from + 100 * step, value },
          })),
        })
      await log('a', 1000, [4, 2, 1])
      await log('b', 3000, [8, NaN])
      await log('c', 0, [7])
      const found = await tracking.groupHistories(
        { experiments: [experiment] },
        { by: ['params.k'], groups: [['1'], [null], ['9']], key: 'loss', smooth: 0.5 },
      )
      assert.deepEqual(found, [
        {
          values: ['1'],
          ...{ steps: [0, 1, 2], times: [2000, 1100, 1200], elapsed: [0, 100, 200] },
          ...{ mean: [6, 2, 1], low: [4, 2, 1], high: [8, 2, 1] },
          // Kingma and Ba's corrected average with w = 0.5 over 6, 2, 1: 6; (1.5 + 1) / 0.75; (1.25 + 0.5) / 0.875.
          smooth: [6, (0.25 * 6 + 0.5 * 2) / 0.75, (0.125 * 6 + 0.25 * 2 + 0.5) / 0.875],
          ...{ runs: 2, of: 3, total: 3, odd: 1 },
        },
        {
          values: [null],
          ...{ steps: [0], times: [0], elapsed: [0], mean: [7], low: [7], high: [7], smooth: [7] },
          ...{ runs: 1, of: 1, total: 1, odd: 0 },
        },
      ])
      const wrong = { by: ['params.k', 'status'], groups: [['1']], key: 'loss' }
      await assert.rejects(
        tracking.groupHistories({ experiments: [experiment] }, wrong),
        /one value for each of params\.k, status/,
      )
    },
  )

  test(
    `rows tell which group each run is in, by the values that groups have (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { experiment, ids } = await made(tracking, [
        { name: 'a', params: { k: '1' } },
        { name: 'b' },
        { name: 'c', params: { k: '1' } },
      ])
      const by = ['params.k', 'status', 'name']
      const runs = ['c', 'b', 'a'].map((name) => ids.get(name) ?? '')
      const { groups } = await tracking.readRows({ runs }, [], by)
      const search = { experiments: [experiment] }
      const found = await tracking.groupRuns(search, by, [])
      assert.deepEqual(
        groups?.map(([k, , name]) => [k, name]),
        [
          ['1', 'c'],
          [null, 'b'],
          ['1', 'a'],
        ],
      )
      const known = new Set(found.groups.map(({ values }) => JSON.stringify(values)))
      assert.deepEqual(new Set(groups.map((values) => JSON.stringify(values))), known)
      assert.equal((await tracking.readRows({ runs }, [])).groups, undefined)
      await assert.rejects(tracking.readRows({ runs }, [], ['metrics.f1']), /not grouped by/)
    },
  )

  test(
    `a history of 10,000 points keeps its one peak and its one dip when it is shown with 100, beside NaN too (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { experiment, ids } = await made(tracking, [{ name: 'long' }])
      const run = ids.get('long') ?? ''
      const value = (step: number) =>
        step === 4321 ? 50 : step === 8765 ? -50 : Math.sin(step / 900)
      await tracking.log(run, {
        metrics: Array.from({ length: 10_000 }, (_, step) => ({
          ...{ key: 'loss', step, time: step, value: step % 500 === 0 ? NaN : value(step) },
        })),
      })
      assert.ok(experiment)
      const [history] = await tracking.readHistories([run], 'loss', { points: 100, smooth: 0.9 })
      const values = (history?.values ?? []).filter((each) => typeof each === 'number')
      assert.ok(values.includes(50) && values.includes(-50))
      assert.ok((history?.steps.length ?? 0) <= 102)
      assert.deepEqual([history?.total, history?.odd], [10_000, 20])
    },
  )

  test(
    `a smoothed history is computed from all points: a constant stays one, and the first value is itself (${database})`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { ids } = await made(tracking, [{ name: 'flat' }])
      const run = ids.get('flat') ?? ''
      await tracking.log(run, {
        metrics: Array.from({ length: 3000 }, (_, step) => ({
          key: 'm',
          step,
          time: step,
          value: 4,
        })),
      })
      const [flat] = await tracking.readHistories([run], 'm', { points: 20, smooth: 0.95 })
      for (const each of flat?.smooth ?? []) assert.ok(Math.abs(Number(each) - 4) < 1e-9)
      // s_2 of Kingma and Ba's corrected average with w = 0.5 over 1, 3: (0.5·0.5·1 + 0.5·3) / (1 − 0.25) = 7/3.
      await tracking.log(run, {
        metrics: [1, 3].map((each, step) => ({ key: 'two', step, time: step, value: each })),
      })
      const [two] = await tracking.readHistories([run], 'two', { smooth: 0.5 })
      assert.equal(two?.smooth?.[0], 1)
      assert.ok(Math.abs(Number(two?.smooth?.[1]) - 7 / 3) < 1e-12)
    },
  )
}
