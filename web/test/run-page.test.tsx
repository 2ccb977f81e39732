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
