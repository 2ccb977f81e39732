import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, type Run } from '#contract'
import { run } from './fixtures.ts'
import { renderApp } from './support.tsx'

const { runs } = operations
const { endedAt: _, ...open } = run('r1', '5', 0.7)

/** The clock on the page of a run, once the page is there. */
async function clockOf(shown: Run): Promise<Element | null> {
  document.body.replaceChildren()
  renderApp(`/runs/${shown.id}`, [[runs.get, () => ({ run: shown, artifacts: [] })]])
  await screen.findByText(/^Started/)
  return document.querySelector('.run-clock')
}

test('a run says how long it took or takes, unless it ended and nobody told when', async () => {
  expect(
    await clockOf({ ...open, status: 'finished', endedAt: open.startedAt + 2000 }),
  ).toBeTruthy()
  expect(await clockOf({ ...open, status: 'running' })).toBeTruthy()
  expect(await clockOf({ ...open, status: 'finished' })).toBeNull()
})

test('an infinite metric is infinite on the page of its run, and one that is not a number says so', async () => {
  const metrics = { up: null, down: null, odd: null } as unknown as Run['metrics']
  const special = { up: 'Infinity', down: '-Infinity', odd: 'NaN' }
  renderApp('/runs/r1', [[runs.get, () => ({ run: { ...open, metrics }, artifacts: [], special })]])
  const rowOf = async (name: string) => (await screen.findByText(name)).closest('tr')?.textContent
  expect([await rowOf('up'), await rowOf('down'), await rowOf('odd')]).toEqual([
    'up∞',
    'down−∞',
    'oddNaN',
  ])
})

test('the files of a run lead to those of the models it made, which lie apart', async () => {
  const made = {
    ...{ id: 'm-1', name: 'forest', experiment: 'e', experimentId: '1', type: '' },
    ...{ status: 'ready', createdAt: 1, updatedAt: 1, params: {}, tags: {}, metrics: [] },
  }
  const nothing = { datasets: [], read: [], versions: [], children: [], reruns: [], models: [] }
  renderApp('/runs/r1?tab=files', [
    [runs.get, () => ({ run: { ...open, metrics: {} }, artifacts: [] })],
    [runs.about, () => ({ ...nothing, made: [made], files: 0 })],
    [operations.artifacts.list, () => ({ entries: [] })],
  ])
  const link = await screen.findByRole('link', { name: 'forest' })
  expect(link.getAttribute('href')).toBe('/logged-models/m-1?tab=files')
})

test('the least and the greatest of a metric stand beside its last value where it has a history', async () => {
  const shown = { ...open, metrics: { loss: 0.25, once: 3 } }
  renderApp('/runs/r1', [
    [runs.get, () => ({ run: shown, artifacts: [] })],
    [runs.ranges, () => ({ ranges: [{ key: 'loss', least: 0.125, greatest: 0.75 }] })],
  ])
  const row = (await screen.findByText('0.125')).closest('tr')
  expect(row?.textContent).toBe('loss0.250.1250.75')
  expect(screen.getByText('once').closest('tr')?.textContent).toBe('once3——')
})
