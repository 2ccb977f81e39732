import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { openApp } from '#app'
import { openChanges, openPostgres, openSqlite, storeMigrations, systemClock } from '#store'
import { temporaryFolder } from '../support/home.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../support/postgres.ts'

for (const [database, skip] of [
  ['SQLite', false],
  ['PostgreSQL', skipPostgres],
] as const) {
  test(
    `each process is told once of what the others changed, and of nothing of its own, on ${database}`,
    { skip },
    async (t) => {
      const folder = await temporaryFolder(t)
      const schema = freshSchema()
      const opened = async () => {
        const metadata =
          database === 'SQLite'
            ? await openSqlite({ file: join(folder, 'metadata.db') })
            : await openPostgres({ url: await postgresUrl(), schema })
        t.after(() => metadata.close())
        await metadata.migrate(storeMigrations)
        return openChanges(metadata, systemClock)
      }
      const [one, two] = [await opened(), await opened()]
      await two.note(['runs'])
      assert.deepEqual([await one.news(), await two.news()], [[], []])
      await one.note(['models', 'runs', 'runs'])
      await two.note(['runs'])
      assert.deepEqual((await one.news()).toSorted(), ['runs'])
      assert.deepEqual((await two.news()).toSorted(), ['models', 'runs'])
      assert.deepEqual([await one.news(), await two.news()], [[], []])
    },
  )
}

test('a page of one process hears within seconds what another process with the same home changed', async (t) => {
  const home = join(await temporaryFolder(t), 'home')
  const server = await openApp({ home })
  t.after(() => server.close())
  await server.project('default')
  const ended = new AbortController()
  t.after(() => ended.abort())
  const heard = server.eventsOf('default').listen(ended.signal)[Symbol.asyncIterator]()
  const next = heard.next()
  await new Promise((resolve) => setTimeout(resolve, 300))

  const other = await openApp({ home })
  await other.project('default')
  other.eventsOf('default').emit('runs', 'one')
  // Its process ends at once: what it did not tell yet it tells then.
  await other.close()
  const late = new Promise<never>((_, reject) =>
    setTimeout(() => reject(new Error('nothing was heard')), 8000).unref(),
  )
  assert.deepEqual((await Promise.race([next, late])).value, { area: 'runs', name: '*' })
})
