import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { openQuery } from '#query'
import type { Table } from '#table'
import { temporaryFolder } from '../support/home.ts'

async function read(t: TestContext, text: string): Promise<Table> {
  const file = join(await temporaryFolder(t), 'given.csv')
  await writeFile(file, text)
  const query = openQuery()
  t.after(() => query.close())
  return query.readCsv(file, { shownAs: 'given.csv' })
}

const namesOf = (table: Table) => table.schema.fields.map((field) => field.name)

test('a quote inside a name of a CSV’s header is a letter of it', async (t) => {
  const table = await read(t, 'size 15",price\n1,2\n3,4\n')
  assert.deepEqual(namesOf(table), ['size 15"', 'price'])
  assert.equal(table.length, 2)
})

test('a quoted name may hold a line end, a delimiter and doubled quotes', async (t) => {
  const table = await read(t, '"a ""b""\nc, d",e\n1,2\n')
  assert.deepEqual(namesOf(table), ['a "b"\nc, d', 'e'])
})

test('a header whose quote is never closed is refused after a million letters of it', async (t) => {
  await assert.rejects(
    read(t, `"size,price\n${'1,2\n'.repeat(2_000_000)}`),
    /given\.csv:1: .*the header does not end within 1048576 letters/,
  )
})
