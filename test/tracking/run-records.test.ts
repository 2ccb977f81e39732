import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databases, openedTracking } from './support/opened.ts'

/** To the last bit, and what JSON has no numbers for. */
const metrics = {
  third: 1 / 3,
  sum: 0.1 + 0.2,
  least: Number.MIN_VALUE,
  greatest: -Number.MAX_VALUE,
  whole: 2 ** 53,
  nan: NaN,
  up: Infinity,
  down: -Infinity,
}

for (const [database, skip] of databases) {
  test(
    `a run's last metrics come back to the last bit, NaN and infinities too, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id } = await tracking.create({ experiment: 'e', user: 'ada' })
      const entries = Object.entries(metrics).filter(([key]) => !key.includes('"'))
      await tracking.log(id, {
        metrics: entries.map(([key, value]) => ({ key, value, step: 7, time: 1_700_000_000_000 })),
      })
      assert.deepEqual((await tracking.run(id)).metrics, Object.fromEntries(entries))
      const { items } = await tracking.searchPacked({})
      const [packed] = items
      const wire = JSON.parse(packed?.metrics ?? '') as Record<string, unknown>[]
      assert.deepEqual(
        wire.find(({ key }) => key === 'down'),
        {
          ...{ key: 'down', value: '-Infinity', timestamp: 1_700_000_000_000, step: 7 },
        },
      )
    },
  )
}

for (const [database, skip] of databases) {
  test(
    `of a model that a run names twice the last step stays, on ${database}`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, database)
      const { id } = await tracking.create({ experiment: 'e', user: 'ada' })
      await tracking.logOutputs(
        id,
        [1, 2].map((step) => ({ model: 'm-1', step })),
      )
      await tracking.logInputs(id, [], ['m-2', 'm-2'])
      const inputs = (await tracking.inputsOf([id])).get(id)
      assert.deepEqual([inputs?.outputs, inputs?.models], [[{ model: 'm-1', step: 2 }], ['m-2']])
    },
  )
}
