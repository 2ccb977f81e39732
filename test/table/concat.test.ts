import assert from 'node:assert/strict'
import { test } from 'node:test'
import { booleanColumn, column, concat, numberColumn, stringColumn, tableOf } from '#table'

test('a column without any value keeps the type of the first table', () => {
  const first = tableOf([numberColumn('x', [null, null]), booleanColumn('b', [null, null])])
  const second = tableOf([stringColumn('x', [null])])
  const both = concat(first, second)
  assert.equal(column(both, 'x').type, 'number')
  assert.equal(column(both, 'b').type, 'boolean')
  assert.equal(both.length, 3)
  assert.equal(column(concat(tableOf([numberColumn('x', [])]), second), 'x').type, 'number')
})
