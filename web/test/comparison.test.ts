import { expect, test } from 'vitest'
import type { Run, RunRow } from '#contract'
import { comparisonOf } from '../pages/compare/comparison.ts'
import { run } from './fixtures.ts'

const facts: Omit<RunRow, 'id'> = {
  ...{ row: 2, experiment: '1', name: 'two', status: 'finished', startedAt: 0, user: 'u' },
}
const runs = [run('1', '3', 0.5), run('2', '5', 0.6)]

test('what differs is marked, and the one highest metric', () => {
  const [, params, metrics] = comparisonOf(runs)
  expect(params?.rows.map((row) => [row.name, row.differs])).toEqual([
    ['neighbors', true],
    ['seed', false],
  ])
  expect(metrics?.rows[0]?.best).toEqual({ run: 1, end: 'highest' })
})

test('of runs of MLflow’s clients code, program, data and models stand beside each other as those of ours do', () => {
  const [own, other] = runs as [Run, Run]
  const client: Run = {
    ...other,
    source: { script: { name: 'fit.py', type: 'LOCAL', commit: 'abc123' } },
  }
  const row = { ...facts, id: client.id, inputs: [{ name: 'scenes', digest: 'a1' }] }
  const groups = comparisonOf([own, client], [{ ...row, models: [{ id: 'm-1', name: 'unet' }] }])
  const found = groups.find(({ title }) => title === 'Code and data')
  const told = Object.fromEntries(found?.rows.map(({ name, values }) => [name, values[1]]) ?? [])
  expect(told).toMatchObject({
    ...{ code: 'abc123', source: 'fit.py', data: 'scenes a1', models: 'unet' },
  })
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
