import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openPostgres, storeMigrations } from '#store'
import { trackingMigrations } from '#tracking'
import { among } from '../../src/tracking/among.ts'
import type { TrackingTables } from '../../src/tracking/tables.ts'
import { freshSchema, postgresUrl, skipPostgres } from '../support/postgres.ts'

test(
  'one of many whole numbers is looked up in PostgreSQL’s index',
  { skip: skipPostgres },
  async (t) => {
    const metadata = await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
    t.after(() => metadata.close())
    await metadata.migrate([...storeMigrations, ...trackingMigrations])
    await metadata.transaction<TrackingTables, void>(async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx)
      const runs = among('run', [1, 2, 3], metadata.dialect)
      const { rows } = await sql<{
        'QUERY PLAN': string
      }>`explain select * from metric_latest where ${runs}`.execute(tx)
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
      assert.match(plan, /Index Cond: \(run = ANY/)
    })
  },
)
