import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, TidemillError, type Run } from '#contract'
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

test('infinite metrics stand in a comparison as they are, and numbers can be read whole', async () => {
  const odd = { loss: null, size: 1_804_512_345_678 } as unknown as Run['metrics']
  renderApp('/compare?runs=r1,r2&all=1', [
    [
      operations.runs.get,
      ({ path }) =>
        path.endsWith('r1')
          ? { run: { ...run('r1', '5', 0.7), metrics: odd }, special: { loss: '-Infinity' } }
          : { run: { ...run('r2', '5', 0.7), metrics: odd }, special: { loss: 'NaN' } },
    ],
    [operations.table.rows, () => ({ runs: [], values: {} })],
  ])
  const row = (await screen.findByText('loss')).closest('tr')
  expect(row?.textContent).toBe('loss−∞lowestNaN')
  const [size] = screen.getAllByTitle('1804512345678').filter((each) => each.tagName === 'SPAN')
  expect(size?.textContent).toBe('1.8E12')
})

test('a comparison of runs that are all gone says so', async () => {
  renderApp('/compare?runs=r3', answers)
  await screen.findByRole('alert')
})
