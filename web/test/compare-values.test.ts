import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareValues } from '../design/compare-values.ts'

test('numbers sort by size, texts with numbers as people count, and the missing come last', () => {
  expect([10, 9, null, 1].sort(compareValues)).toEqual([1, 9, 10, null])
  expect(['run 10', 'run 9', 'Run 1'].sort(compareValues)).toEqual(['Run 1', 'run 9', 'run 10'])
  expect([Number.NaN, 2].sort(compareValues)).toEqual([2, Number.NaN])
})

test('the order turns round with its arguments', () => {
  const cell = fc.oneof(fc.double(), fc.string(), fc.constant(null))
  fc.assert(
    fc.property(cell, cell, (a, b) => {
      expect(Math.sign(compareValues(a, b)) + Math.sign(compareValues(b, a))).toBe(0)
    }),
  )
})
