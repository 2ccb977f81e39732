import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { openFolderObjects, openSqlite, storeMigrations, systemClock } from '#store'
import { openTracking, trackingMigrations } from '#tracking'
import { temporaryFolder } from '../support/home.ts'

const run = '018bcfe568000000000000000000000a'
const long = 'x'.repeat(100)

/** A home of before params and tags were put in order, with one run. */
async function oldHome(file: string): Promise<void> {
  const before = trackingMigrations.filter(({ room, number }) => room !== 'tracking' || number < 6)
  const metadata = await openSqlite({ file })
  await metadata.migrate([...storeMigrations, ...before])
  await metadata.execute(`insert into experiments (id, name, created_at) values (?, ?, ?)`, [
    ['7', 'old', 1],
  ])
  await metadata.execute(
    `insert into runs (id, experiment, name, status, started_at, user_name, source)
      values (?, ?, ?, ?, ?, ?, ?)`,
    [[run, '7', 'first', 'finished', 1, 'ada', '{}']],
  )
  for (const table of ['run_params', 'run_tags']) {
    await metadata.execute(`insert into ${table} (run, key, value) values (?, ?, ?)`, [
      [run, 'z', '1'],
      [run, 'a', long],
    ])
  }
  await metadata.close()
}

test('params and tags of a home that is brought up to date are found as before', async (t) => {
  const folder = await temporaryFolder(t)
  const file = `${folder}/metadata.db`
  await oldHome(file)
  const metadata = await openSqlite({ file })
  t.after(() => metadata.close())
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  const objects = await openFolderObjects(`${folder}/objects`)
  const tracking = openTracking({ metadata, objects, clock: systemClock })
  const found = await tracking.search({ filter: `params.z = '1' and tags.a = '${long}'` })
  assert.deepEqual(
    found.items.map(({ id, params, tags }) => ({ id, params, tags })),
    [{ id: run, params: { a: long, z: '1' }, tags: { a: long, z: '1' } }],
  )
  await assert.rejects(tracking.log(run, { params: { z: '2' } }), /"1" already/)
  await tracking.log(run, { params: { b: 3 }, tags: { z: '2' } })
  const { params, tags } = await tracking.run(run)
  assert.deepEqual(
    [params, tags],
    [
      { a: long, b: '3', z: '1' },
      { a: long, z: '2' },
    ],
  )
})

test('a param or tag of no run is refused after the change as before it', async (t) => {
  const file = `${await temporaryFolder(t)}/metadata.db`
  await oldHome(file)
  const metadata = await openSqlite({ file })
  await metadata.migrate([...storeMigrations, ...trackingMigrations])
  await metadata.close()
  const database = new DatabaseSync(file)
  t.after(() => database.close())
  for (const table of ['run_params', 'run_tags']) {
    const insert = database.prepare(`insert into ${table} (run, key, value) values (?, 'k', 'v')`)
    assert.throws(() => insert.run('nobody'), /FOREIGN KEY/)
  }
})
