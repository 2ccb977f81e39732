import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvLine } from '../../src/app/csv-line.ts'

test('what a spreadsheet would run is text in CSV, in wide letters and after a line’s end too; numbers stay numbers', () => {
  assert.equal(
    csvLine(['=a', '＝a', '\n=a', '-1', -1, 'a=b', null]),
    "'=a,'＝a,\"'\n=a\",-1,-1,a=b,\n",
  )
})
