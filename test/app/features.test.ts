import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { initProject, localCaller, localIdentity, openApp } from '#app'
import { operations } from '#contract'
import { temporaryFolder } from '../support/home.ts'

const stats = `driver,at,rate,trips
1001,2021-04-12T10:00:00,0.5,10
1001,2021-04-12T11:00:00,0.6,11
1002,2021-04-12T08:00:00,0.7,20
`

const declaration = `datasets:
  driver_stats:
    source: stats.csv
features:
  driver_hourly:
    dataset: driver_stats
    keys: [driver]
    time: at
    ttlDays: 1
`

test('declared features join as they were at a time, and are online as they are now', async (t) => {
  const dir = await temporaryFolder(t)
  await initProject({ dir })
  await writeFile(join(dir, 'stats.csv'), stats)
  await writeFile(join(dir, 'tidemill.yaml'), declaration)
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const caller = localCaller(app, 'default', localIdentity())
  await caller.call(operations.loop.apply, { text: declaration })

  const { views } = await caller.call(operations.features.views, {})
  assert.deepEqual(views[0]?.features, ['rate', 'trips'])

  const { rows } = await caller.call(operations.features.join, {
    views: ['driver_hourly'],
    time: 'when',
    rows: [
      { driver: 1001, when: '2021-04-12T10:59:42' },
      { driver: 1001, when: '2021-04-12T09:59:00' },
      { driver: 1002, when: '2021-04-13T08:00:00' },
      { driver: 1002, when: '2021-04-13T08:00:01' },
      { driver: 9, when: '2021-04-12T12:00:00' },
    ],
  })
  assert.deepEqual(
    rows.map((row) => row.rate),
    // Before the first value, past the ttl by a second, and a driver nobody knows: nothing.
    [0.5, null, 0.7, null, null],
  )

  const { written } = await caller.call(operations.features.materialize, { name: 'driver_hourly' })
  assert.equal(written, 2, 'one row for each driver')
  const { values } = await caller.call(operations.features.online, {
    name: 'driver_hourly',
    entities: [{ driver: 1001 }, { driver: 9 }],
  })
  assert.equal(values[1], null)
})

test('a view over a column that is not there says which', async (t) => {
  const dir = await temporaryFolder(t)
  await initProject({ dir })
  await writeFile(join(dir, 'stats.csv'), stats)
  const wrong = declaration.replace('time: at', 'time: moment')
  await writeFile(join(dir, 'tidemill.yaml'), wrong)
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  t.after(() => app.close())
  const caller = localCaller(app, 'default', localIdentity())
  await caller.call(operations.loop.apply, { text: wrong })
  await assert.rejects(
    caller.call(operations.features.materialize, { name: 'driver_hourly' }),
    /driver_hourly names moment, which driver_stats does not have/,
  )
  await assert.rejects(
    caller.call(operations.features.materialize, { name: 'none' }),
    /no feature view none/,
  )
})
