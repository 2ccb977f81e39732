import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openOnlineFeatures, pointInTimeJoin, type FeatureView } from '#features'
import { openQuery } from '#query'
import { manualClock, memoryOnline } from '#store'
import { rowsOf, tableFromRows, type Row } from '#table'

const now = Date.UTC(2026, 5, 1, 12)
const hour = 3_600_000
const view: FeatureView = {
  name: 'v',
  keys: ['driver'],
  features: ['rate'],
  time: 'at',
  created: 'written',
}

const row = (driver: number, rate: number, at: number, written: number): Row => ({
  driver,
  rate,
  at: new Date(now + at * hour),
  written: new Date(now + written * hour),
})

const table = tableFromRows([
  // Of equal times the one written last, though it stands first.
  row(1, 10, -2, -1),
  row(1, 20, -2, -2),
  // Not true yet.
  row(2, 1, -3, -3),
  row(2, 99, 5, -3),
  // Equal in both times: the last in the source.
  row(3, 5, -1, -1),
  row(3, 6, -1, -1),
  row(4, 7, 1, 1),
])

test('what is online is what the point-in-time join gives now', async (t) => {
  const query = openQuery()
  t.after(() => query.close())
  const online = openOnlineFeatures(memoryOnline(), manualClock(now))
  assert.equal(await online.materialize(view, table), 3)
  const drivers = [1, 2, 3, 4, 5]
  const asked = tableFromRows(drivers.map((driver) => ({ driver, when: new Date(now) })))
  const joined = rowsOf(
    await pointInTimeJoin(query, asked, [{ view, rows: table }], { time: 'when' }),
  )
  const read = await online.read(
    view,
    table.schema,
    drivers.map((driver) => ({ driver })),
  )
  assert.deepEqual(
    read.map((values) => values?.rate ?? null),
    joined.map((values) => values.rate),
  )
  assert.deepEqual(
    joined.map((values) => values.rate),
    [10, 1, 6, null, null],
  )
})

test('a key in another spelling of its column’s type is the same entity', async () => {
  const online = openOnlineFeatures(memoryOnline(), manualClock(now))
  await online.materialize(view, table)
  const keys = [{ driver: '1' }, { driver: 1 }, { driver: '01' }, { driver: 'one' }, {}]
  assert.deepEqual(await online.read(view, table.schema, keys), [
    { rate: 10 },
    { rate: 10 },
    { rate: 10 },
    undefined,
    undefined,
  ])
})
