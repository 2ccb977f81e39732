import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rowChanges } from '#lake'
import { tableFromRows } from '#table'

const table = (...xs: readonly number[]) => tableFromRows(xs.map((x) => ({ x, y: `row ${x}` })))

test('rows that moved are the same rows, whatever came in before them', () => {
  assert.deepEqual(rowChanges(table(1, 2, 3), table(9, 1, 2, 3)), {
    same: 3,
    added: 1,
    removed: 0,
    changed: 0,
  })
  assert.deepEqual(rowChanges(table(1, 2, 3), table(3, 2, 1)), {
    same: 3,
    added: 0,
    removed: 0,
    changed: 0,
  })
})

test('a row in the place of another is one that changed, and each of equal rows counts', () => {
  assert.deepEqual(rowChanges(table(1, 2, 3), table(1, 5, 3)), {
    same: 2,
    added: 0,
    removed: 0,
    changed: 1,
  })
  assert.deepEqual(rowChanges(table(1, 1, 1), table(1)), {
    same: 1,
    added: 0,
    removed: 2,
    changed: 0,
  })
  assert.deepEqual(rowChanges(table(1), table(1, 1, 1)), {
    same: 1,
    added: 2,
    removed: 0,
    changed: 0,
  })
})

test('for any two versions, what stayed, came and went adds up to their sizes', () => {
  for (let seed = 0; seed < 50; seed++) {
    const draw = (length: number, step: number): number[] =>
      Array.from({ length }, (_, i) => (i * step + seed) % 7)
    const [from, to] = [table(...draw(20, 3)), table(...draw(15 + (seed % 9), 5))]
    const { same, added, removed, changed } = rowChanges(from, to)
    assert.equal(same + removed + changed, from.length)
    assert.equal(same + added + changed, to.length)
  }
})
