import { fireEvent, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { operations } from '#contract'
import { run } from './fixtures.ts'
import { renderApp } from './support.tsx'

// A canvas is what jsdom has not.
vi.mock('../design/parallel-coordinates.tsx', () => ({ ParallelCoordinates: () => null }))

const runs = [run('1', '9', 0.5), run('2', '10', 0.7), run('3', '1', 0.6)]
const answers = [
  [operations.runs.search, () => ({ runs })],
  [
    operations.runs.get,
    ({ path }: { path: string }) => ({
      run: runs.find((each) => path.endsWith(each.id)),
      artifacts: [],
    }),
  ],
] as const

const shown = () =>
  screen
    .getAllByRole('row')
    .map((row) => row.querySelector('a')?.textContent)
    .filter((text) => text?.startsWith('run '))

test('a column sorts by the size of its numbers, highest first for a metric', async () => {
  renderApp('/experiments/KNN', answers)
  await screen.findByRole('link', { name: 'run 1' })
  fireEvent.click(screen.getByRole('button', { name: 'neighbors' }))
  expect(shown()).toEqual(['run 3', 'run 1', 'run 2'])
  const header = screen.getByRole('columnheader', { name: 'f1' })
  fireEvent.click(screen.getByRole('button', { name: 'f1' }))
  expect(shown()).toEqual(['run 2', 'run 3', 'run 1'])
  expect(header.getAttribute('aria-sort')).toBe('descending')
})

test('j and k move through the rows and Enter opens one', async () => {
  const { router } = renderApp('/experiments/KNN', answers)
  await screen.findByRole('link', { name: 'run 1' })
  for (const key of ['j', 'j', 'j', 'k', 'Enter']) fireEvent.keyDown(document.body, { key })
  await screen.findByRole('heading', { name: 'run 2' })
  expect(router.state.location.pathname).toBe('/runs/2')
})

test('two chosen runs lead to their comparison, where only differences show', async () => {
  renderApp('/experiments/KNN', answers)
  await screen.findByRole('link', { name: 'run 1' })
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select 1' }))
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select 2' }))
  fireEvent.click(screen.getByRole('button', { name: 'Compare 2 runs' }))
  expect(await screen.findByRole('rowheader', { name: 'neighbors' })).toBeTruthy()
  expect(screen.queryByRole('rowheader', { name: 'seed' })).toBeNull()
  fireEvent.click(screen.getByRole('switch', { name: 'Only differences' }))
  expect(await screen.findByRole('rowheader', { name: 'seed' })).toBeTruthy()
})
