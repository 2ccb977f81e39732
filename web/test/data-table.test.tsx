import { createMemoryHistory, RouterContextProvider } from '@tanstack/react-router'
import { fireEvent, render, screen } from '@testing-library/react'
import { useState, type ReactNode } from 'react'
import { expect, test, vi } from 'vitest'
import { operations, type Run } from '#contract'
import { makeRouter } from '../app/router.tsx'
import { makeShortcuts, ShortcutProvider } from '../app/shortcuts.tsx'
import { DataTable, type Column } from '../design/data-table.tsx'
import { run } from './fixtures.ts'
import { renderApp } from './support.tsx'

// A canvas is what jsdom has not.
vi.mock('../design/parallel-coordinates.tsx', () => ({ ParallelCoordinates: () => null }))

const runs = [run('1', '9', 0.5), run('2', '10', 0.7), run('3', '1', 0.6)]

const columns: readonly Column<Run>[] = [
  { id: 'name', header: 'Run', value: (each) => each.name },
  { id: 'neighbors', header: 'neighbors', value: (each) => each.params.neighbors },
  { id: 'f1', header: 'f1', value: (each) => each.metrics.f1, numeric: true },
]

function Runs(): ReactNode {
  const [selected, select] = useState<ReadonlySet<string>>(new Set())
  return (
    <>
      <DataTable
        label="Runs"
        rows={runs}
        columns={columns}
        rowId={(each) => each.id}
        href={(each) => `/runs/${each.id}`}
        selected={selected}
        onSelect={select}
      />
      <output>{[...selected].join(' ')}</output>
    </>
  )
}

function renderRuns() {
  const history = createMemoryHistory()
  const shortcuts = makeShortcuts()
  const stop = shortcuts.listen()
  const { unmount } = render(
    <ShortcutProvider shortcuts={shortcuts}>
      <RouterContextProvider router={makeRouter(history)}>
        <Runs />
      </RouterContextProvider>
    </ShortcutProvider>,
  )
  return {
    history,
    end() {
      unmount()
      stop()
    },
  }
}

const shown = () =>
  screen
    .getAllByRole('row')
    .flatMap((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent))
    .filter((text) => text.startsWith('run '))

test('a column sorts by the size of its numbers, highest first for a metric', () => {
  const { end } = renderRuns()
  fireEvent.click(screen.getByRole('button', { name: 'neighbors' }))
  expect(shown()).toEqual(['run 3', 'run 1', 'run 2'])
  const header = screen.getByRole('columnheader', { name: 'f1' })
  fireEvent.click(screen.getByRole('button', { name: 'f1' }))
  expect(shown()).toEqual(['run 2', 'run 3', 'run 1'])
  expect(header.getAttribute('aria-sort')).toBe('descending')
  end()
})

test('j and k move through the rows, x selects and Enter opens one', () => {
  const { history, end } = renderRuns()
  for (const key of ['j', 'j', 'j', 'k', 'x', 'Enter']) fireEvent.keyDown(document.body, { key })
  expect(screen.getByRole('status').textContent).toBe('2')
  expect(history.location.pathname).toBe('/runs/2')
  end()
})

test('Enter on a button is the button’s, whichever row the keys have reached', () => {
  const { history, end } = renderRuns()
  fireEvent.keyDown(document.body, { key: 'j' })
  const before = history.location.pathname
  const pressed = fireEvent.keyDown(screen.getByRole('button', { name: 'f1' }), { key: 'Enter' })
  expect(pressed).toBe(true)
  expect(history.location.pathname).toBe(before)
  end()
})

test('rows are chosen one by one, or all at once', () => {
  const { end } = renderRuns()
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select 1' }))
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select 2' }))
  expect(screen.getByRole('status').textContent).toBe('1 2')
  fireEvent.click(screen.getByRole('checkbox', { name: 'Select all' }))
  expect(screen.getByRole('status').textContent).toBe('1 2 3')
  end()
})

test('of two runs side by side only differences show, until all is asked for', async () => {
  renderApp('/compare?runs=1,2', [
    [
      operations.runs.get,
      ({ path }: { path: string }) => ({
        run: runs.find((each) => path.endsWith(each.id)),
        artifacts: [],
      }),
    ],
    [operations.table.rows, () => ({ runs: [], values: {} })],
  ])
  expect(await screen.findByRole('rowheader', { name: 'neighbors' })).toBeTruthy()
  // Under the times at which they began, not below what people tagged.
  expect(screen.getAllByRole('rowheader')[0]?.textContent).toBe('Took')
  expect(screen.queryByRole('rowheader', { name: 'seed' })).toBeNull()
  fireEvent.click(screen.getByRole('switch', { name: 'Only differences' }))
  expect(await screen.findByRole('rowheader', { name: 'seed' })).toBeTruthy()
})
