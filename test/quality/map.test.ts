import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clean } from '#quality'
import { columnText, stringColumn, tableOf } from '#table'

test('mapping changes the values it names and no others, whatever their names mean to a program', () => {
  const table = tableOf([stringColumn('x', ['constructor', 'toString', 'a', '__proto__', null])])
  const { table: mapped } = clean(table, [
    { action: 'map', columns: ['x'], mapping: { a: 'b', toString: 'c' } },
  ])
  assert.deepEqual(columnText(mapped, 'x'), ['constructor', 'c', 'b', '__proto__', null])
})
