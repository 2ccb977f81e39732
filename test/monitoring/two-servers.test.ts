import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { DriftReport } from '#contract'
import { monitoringMigrations, newWatch, openMonitoring } from '#monitoring'
import { manualClock, openPostgres, openSqlite, type Metadata } from '#store'
import { withCode } from '../auth/support/open-test-auth.ts'
import { temporaryFolder } from '../support/home.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../support/postgres.ts'

const report = (id: string): DriftReport => {
  const about = { monitor: 'w', endpoint: 'e', model: 'm', version: 1, rows: 20, columns: [] }
  const times = { windowStart: 0, windowEnd: 0, createdAt: 0 }
  return { id, drifted: true, summary: 'Moved.', ...about, ...times } as unknown as DriftReport
}

async function twoServers(t: TestContext, open: () => Promise<Metadata>) {
  const handles = [await open(), await open()]
  t.after(() => Promise.all(handles.map((each) => each.close())))
  await handles[0]?.migrate(monitoringMigrations)
  const servers = handles.map((metadata) => openMonitoring(metadata, manualClock(1)))
  await servers[0]?.declare({ name: 'w', endpoint: 'e' })
  return servers
}

async function onSqlite(t: TestContext) {
  const file = join(await temporaryFolder(t), 'metadata.db')
  return () => openSqlite({ file })
}

async function onPostgres() {
  const [url, schema] = [await postgresUrl(), freshSchema()]
  return () => openPostgres({ url, schema })
}

for (const { name, skip, opener } of [
  { name: 'SQLite', skip: false, opener: onSqlite },
  { name: 'PostgreSQL', skip: skipPostgres, opener: onPostgres },
]) {
  test(
    `${name}: a window that two servers look at is kept, paid for and alarmed of once`,
    { skip },
    async (t) => {
      const servers = await twoServers(t, await opener(t))
      for (const [turn, since] of [[1], [2, 'p1']] as const) {
        const look = { seen: `p${turn}`, alpha: 0.25, watch: newWatch(1) }
        const begun = since === undefined ? look : { ...look, since }
        const kept = await Promise.allSettled(
          servers.map((each, i) => each.save(report(`r${turn}${i}`), begun)),
        )
        const [refused, ...others] = kept.filter((each) => each.status === 'rejected')
        assert.ok(withCode('conflict')(refused?.reason))
        assert.deepEqual(others, [])
        const monitor = await servers[0]?.monitor('w')
        assert.deepEqual([monitor?.seen, monitor?.spent], [`p${turn}`, turn * 0.25])
        assert.equal((await servers[0]?.reports('w'))?.length, turn)
      }
      assert.equal((await servers[1]?.alarms())?.length, 1)
    },
  )

  test(
    `${name}: each delivery of an alarm is noted, though two servers deliver at once`,
    { skip },
    async (t) => {
      const servers = await twoServers(t, await opener(t))
      await servers[0]?.save(report('r'), { alpha: 0, watch: newWatch(1) })
      const [alarm] = (await servers[0]?.alarms()) ?? []
      const urls = Array.from({ length: 8 }, (_, i) => `http://hook/${i}`)
      await Promise.all(
        urls.map((url, i) =>
          servers[i % 2]?.delivered(alarm?.id ?? '', { url, status: 200, attempts: 1, time: 1 }),
        ),
      )
      const [told] = (await servers[1]?.alarms()) ?? []
      assert.deepEqual(told?.deliveries.map(({ url }) => url).toSorted(), urls)
    },
  )
}
