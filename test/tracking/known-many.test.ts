import assert from 'node:assert/strict'
import { test } from 'node:test'
import { areMany } from '../../src/tracking/search/known-many.ts'
import { databases, openedTracking } from './support/opened.ts'

for (const [name, skip] of databases) {
  test(
    `${name}: a search finds what is there now, although it was many a moment ago`,
    { skip },
    async (t) => {
      const { tracking, metadata } = await openedTracking(t, name)
      const last = await tracking.create({ experiment: 'e', user: 'u', params: { kind: 'common' } })
      const rows = Array.from({ length: 6000 }, (_, i) => String(i))
      await metadata.execute(
        `insert into runs (id, experiment, name, status, started_at, user_name, source)
          values (?, ?, ?, 'finished', ?, 'u', '{}')`,
        rows.map((id, i) => [id, last.experimentId, `r${id}`, i]),
      )
      await metadata.execute(
        `insert into run_params (run, key, value) values (?, 'kind', 'common')`,
        rows.map((id) => [id]),
      )
      const names = async () => {
        const filter = "params.kind = 'common'"
        const { items } = await tracking.search({ experiment: 'e', filter, limit: 2 })
        return items.map((run) => run.id)
      }
      assert.deepEqual(await names(), [last.id, '5999'])
      const ids = rows.slice(1).map((id) => [id])
      await metadata.execute(`delete from run_params where run = ?`, ids)
      assert.deepEqual(await names(), [last.id, '0'])
    },
  )
}

test('many are counted once, few each time', async (t) => {
  const { metadata } = await openedTracking(t)
  const asked: string[] = []
  const ask = (key: string, many: boolean) =>
    areMany(metadata, key, async () => {
      asked.push(key)
      return many
    })
  assert.deepEqual(
    [await ask('a', true), await ask('a', false), await ask('b', false), await ask('b', true)],
    [true, true, false, true],
  )
  assert.deepEqual(asked, ['a', 'b', 'b'])
})
