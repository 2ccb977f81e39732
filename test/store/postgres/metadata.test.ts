import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openPostgres } from '#store'
import { freshSchema, postgresUrl, skipPostgres } from '../../support/postgres.ts'
import { metadataSuite } from '../suites/metadata-suite.ts'

metadataSuite({
  name: 'PostgreSQL',
  skip: skipPostgres,
  async make() {
    const url = await postgresUrl()
    const schema = freshSchema()
    return { open: () => openPostgres({ url, schema }) }
  },
})

test(
  'a text that PostgreSQL cannot keep is the caller’s mistake',
  { skip: skipPostgres },
  async (t) => {
    const metadata = await openPostgres({ url: await postgresUrl(), schema: freshSchema() })
    t.after(() => metadata.close())
    const asked = metadata.read('select cast(? as text)', ['a\0b'])
    await assert.rejects(asked, /NUL character/)
  },
)

test('a schema that PostgreSQL would cut is refused in words', async () => {
  const opened = openPostgres({ url: 'postgres://nowhere', schema: 'ä'.repeat(32) })
  await assert.rejects(opened, /at most 63 bytes/)
})
