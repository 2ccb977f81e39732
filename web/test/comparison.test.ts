import { expect, test } from 'vitest'
import { comparisonOf } from '../pages/compare/comparison.ts'
import { run } from './fixtures.ts'

const runs = [run('1', '3', 0.5), run('2', '5', 0.6)]

test('what differs is marked, and the one highest metric', () => {
  const [, params, metrics] = comparisonOf(runs)
  expect(params?.rows.map((row) => [row.name, row.differs])).toEqual([
    ['neighbors', true],
    ['seed', false],
  ])
  expect(metrics?.rows[0]?.best).toEqual({ run: 1, end: 'highest' })
})

test('where two runs share the highest metric none is marked', () => {
  const [, , metrics] = comparisonOf([run('1', '3', 0.6), run('2', '5', 0.6)])
  expect(metrics?.rows[0]?.best).toBeUndefined()
})

test('of a loss the lowest is best, and the mark says so', () => {
  const losing = runs.map((each, index) => ({ ...each, metrics: { val_loss: 1 + index } }))
  const [, , metrics] = comparisonOf(losing)
  expect(metrics?.rows[0]?.best).toEqual({ run: 0, end: 'lowest' })
})
