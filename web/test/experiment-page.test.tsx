import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations } from '#contract'
import { renderApp } from './support.tsx'

const experiment = { id: '7', name: 'chat-bot', createdAt: 1, tags: {}, runs: 0 }

const trace = {
  ...{ id: 'tr-1', name: 'answer', experiment: 'chat-bot', experimentId: '7', state: 'ok' },
  ...{ startedAt: 1, tags: {}, metadata: {}, assessments: [], spans: 1 },
}

const empty = [
  [operations.runs.experiments, () => ({ experiments: [experiment] })],
  [operations.table.order, () => ({ rows: [], total: 0 })],
  [operations.table.keys, () => ({ metrics: [], params: [], tags: [] })],
] as const

test('an experiment that has traces alone says so and leads to them, in its own page', async () => {
  const { router } = renderApp('/experiments/chat-bot', [
    ...empty,
    [operations.traces.search, () => ({ traces: [trace] })],
  ])
  const look = await screen.findByRole('button', { name: 'Look at its traces' })
  look.click()
  const link = await screen.findByRole('link', { name: 'answer' })
  expect(link.getAttribute('href')).toBe('/traces/tr-1')
  expect(router.state.location.search).toEqual({ mode: 'traces' })
})

test('the page of an experiment has its logged models, each with the run that made it', async () => {
  const model = {
    ...{ id: 'm-1', name: 'forest', experiment: 'chat-bot', experimentId: '7', type: '' },
    ...{ status: 'ready', createdAt: 1, updatedAt: 1, params: {}, tags: {}, metrics: [] },
    ...{ run: 'r1', runName: 'depth=3' },
  }
  const { sent } = renderApp('/experiments/chat-bot?mode=models', [
    ...empty,
    [operations.loggedModels.search, () => ({ models: [model] })],
  ])
  const link = await screen.findByRole('link', { name: 'depth=3' })
  expect(link.getAttribute('href')).toBe('/runs/r1')
  const asked = sent.find(({ path }) => path === '/api/logged-models')
  expect(asked?.search.get('experiment')).toBe('chat-bot')
})

test('the address of an experiment without its name leads to all of them', async () => {
  const { router } = renderApp('/experiments', [...empty])
  await screen.findByRole('heading', { name: 'Runs' })
  expect(router.state.location.pathname).toBe('/runs')
})
