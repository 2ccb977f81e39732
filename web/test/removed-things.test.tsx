import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, type LineageGraph, type Monitor } from '#contract'
import { endpoint } from './fixtures.ts'
import { renderApp } from './support.tsx'

const monitor: Monitor = {
  ...{ name: 'watch', endpoint: 'diabetes', waiting: 0, openAlarms: 0 },
  ...{ windowRows: 200, falseAlarmDays: 100, shareThreshold: 0.5, webhooks: [], createdAt: 1 },
}

const graph: LineageGraph = {
  focus: 'model:m/1, removed',
  nodes: [
    {
      ...{ id: 'model:m/1, removed', kind: 'model', title: 'm version 1', removed: true },
      detail: 'no longer in the registry',
    },
  ],
  edges: [],
}

test('a monitor leads to its endpoint while that is there, and says so when it was removed', async () => {
  for (const endpoints of [[endpoint], []]) {
    renderApp('/monitors/watch', [
      [operations.monitors.get, () => ({ monitor, reports: [], alarms: [] })],
      [operations.endpoints.list, () => ({ endpoints })],
    ])
  }
  const link = await screen.findByRole('link', { name: 'diabetes' })
  expect(link.getAttribute('href')).toBe('/endpoints/diabetes')
  await screen.findByText(/Watches diabetes, removed in windows/)
})

test('the page of a removed version says that it was removed and offers its lineage', async () => {
  renderApp('/models/m/1', [[operations.lineage.model, () => graph]])
  await screen.findByText('This version was removed')
  const link = screen.getByRole('link', { name: 'Look at its lineage' })
  expect(link.getAttribute('href')).toContain('/lineage?kind=model&name=m&version=1')
})

test('the page of a version of which nothing is known says that there is none', async () => {
  renderApp('/models/m/9', [])
  await screen.findByRole('alert')
  expect(screen.queryByText('This version was removed')).toBeNull()
})
