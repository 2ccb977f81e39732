import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { clean, profile, validate } from '#quality'
import { openQuery } from '#query'
import { column, missingCount, numberColumn, valueAt } from '#table'
import { temporaryFolder } from '../support/home.ts'

test('NaN in a file of numbers is a missing value: for profiles, rules and cleaning', async (t) => {
  const folder = await temporaryFolder(t)
  const csv = join(folder, 'x.csv')
  await writeFile(csv, 'x,y\n1.5,1\nNaN,2\nnan,3\n4.5,4\n')
  const query = openQuery()
  t.after(() => query.close())
  const parquet = join(folder, 'x.parquet')
  await query.csvToParquet(csv, parquet)
  for (const table of [await query.readCsv(csv), await query.readParquet(parquet)]) {
    const x = column(table, 'x')
    assert.equal(x.type, 'number')
    assert.equal(missingCount(x), 2)
    assert.equal(profile(table).columns.find((each) => each.name === 'x')?.missing, 2)
    const [rule] = validate(table, [{ check: 'not_null', columns: ['x'] }]).results
    assert.equal(rule?.violations, 2)
    const filled = clean(table, [{ action: 'impute_median', columns: ['x'] }]).table
    assert.deepEqual(
      [0, 1, 2, 3].map((row) => valueAt(column(filled, 'x'), row)),
      [1.5, 3, 3, 4.5],
    )
  }
})

test('what is said to be missing stays so, and the array given is not changed', () => {
  const validity = Uint8Array.of(1, 0, 1)
  const made = numberColumn('x', Float64Array.of(1, 2, NaN), validity)
  assert.deepEqual(
    [0, 1, 2].map((row) => valueAt(made, row)),
    [1, null, null],
  )
  assert.deepEqual(validity, Uint8Array.of(1, 0, 1))
})
