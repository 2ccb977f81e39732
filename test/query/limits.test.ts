import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openQuery } from '#query'
import { numberColumn, tableOf } from '#table'
import { withCode } from '../auth/support/open-test-auth.ts'

const endless =
  'select count(*) from range(100000000000) a, range(1000) b where a.range % 7 = b.range'

function wide(rows: number) {
  return tableOf([
    numberColumn(
      'x',
      Float64Array.from({ length: rows }, (_, i) => i),
    ),
  ])
}

test('a user’s query ends when its time is over though its tables took longer to load', async (t) => {
  const query = openQuery({ seconds: 0.05 })
  t.after(() => query.close())
  const given = AbortSignal.timeout(20_000)
  const asked = query.run(endless, { tables: { data: wide(1_000_000) }, signal: given })
  await assert.rejects(asked, (error: Error) => {
    assert.match(error.message, /longer than 0\.05 s/)
    return withCode('query_failed')(error)
  })
})

test('our own SQL waits for no user’s, and has neither its time nor its memory', async (t) => {
  const query = openQuery({ seconds: 3, memoryMb: 64 })
  t.after(() => query.close())
  let isOver = false
  const users = query.run(endless).finally(() => (isOver = true))
  const stopped = assert.rejects(users, /longer than 3 s/)
  const ours = await query.run('select count(*)::double as n from data', {
    tables: { data: wide(10) },
    isOurs: true,
  })
  assert.equal(isOver, false)
  assert.equal(ours.length, 1)
  await stopped
  const large = 'select sum(len(l))::double as n from (select list(range) l from range(20000000))'
  await assert.rejects(query.run(large), withCode('query_failed'))
  assert.equal((await query.run(large, { isOurs: true })).length, 1)
})
