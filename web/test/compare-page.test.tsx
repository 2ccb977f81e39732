import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, TidemillError } from '#contract'
import { run } from './fixtures.ts'
import { renderApp } from './support.tsx'

const known = ['r1', 'r2']

const answers = [
  [
    operations.runs.get,
    ({ path }: { readonly path: string }) => {
      const id = path.split('/').at(-1) ?? ''
      if (known.includes(id)) return { run: run(id, '5', 0.7), artifacts: [] }
      throw new TidemillError('not_found', { kind: 'run', name: id })
    },
  ],
  [operations.table.rows, () => ({ runs: [], values: {} })],
] as const

test('a comparison goes on without runs that were deleted meanwhile, and says which', async () => {
  renderApp('/compare?runs=r1,r2,r3', answers)
  await screen.findByText('Without 1 run not here any more: r3.')
  await screen.findByRole('heading', { name: 'Compare 2 runs' })
  await screen.findByRole('tab', { name: 'Side by side' })
  expect(screen.queryByRole('alert')).toBeNull()
})

test('a comparison of runs that are all gone says so', async () => {
  renderApp('/compare?runs=r3', answers)
  await screen.findByRole('alert')
})
