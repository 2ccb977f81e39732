import { expect, test } from 'vitest'
import { comparisonOf } from '../pages/runs/comparison.ts'
import { columnsOf, columnValue } from '../pages/runs/run-columns.ts'
import { run } from './fixtures.ts'

const runs = [run('1', '3', 0.5), run('2', '5', 0.6)]

test('what differs is marked, and the one highest metric', () => {
  const [params, metrics] = comparisonOf(runs)
  expect(params?.rows.map((row) => [row.name, row.differs])).toEqual([
    ['neighbors', true],
    ['seed', false],
  ])
  expect(metrics?.rows[0]?.best).toBe(1)
})

test('where two runs share the highest metric none is marked', () => {
  const [, metrics] = comparisonOf([run('1', '3', 0.6), run('2', '5', 0.6)])
  expect(metrics?.rows[0]?.best).toBeUndefined()
})

test('columns that vary come first, and a parameter that reads as a number is one', () => {
  const columns = columnsOf(runs)
  expect(columns.map((each) => each.id)).toEqual(['params.neighbors', 'metrics.f1', 'params.seed'])
  expect(columns[0] && runs[0] && columnValue(runs[0], columns[0])).toBe(3)
})
