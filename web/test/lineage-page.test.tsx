import { screen, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations, type LineageGraph } from '#contract'
import { renderApp } from './support.tsx'

const graph: LineageGraph = {
  focus: 'prediction:p1',
  nodes: [
    {
      ...{ id: 'run:r1', kind: 'run', title: 'careful-heron', detail: 'rides', href: '/runs/r1' },
    },
    {
      ...{ id: 'model:m/1, removed', kind: 'model', title: 'm version 1', removed: true },
      detail: 'no longer in the registry',
    },
    { id: 'prediction:p1', kind: 'prediction', title: 'p1', detail: 'answered 1' },
  ],
  edges: [
    { from: 'run:r1', to: 'model:m/1, removed', relation: 'registered' },
    { from: 'model:m/1, removed', to: 'prediction:p1', relation: 'answered' },
  ],
}

test('a removed thing stands in the lineage, marked and without a link, beside those that have one', async () => {
  renderApp('/lineage?kind=prediction&id=p1', [[operations.lineage.prediction, () => graph]])
  const heading = await screen.findByText('As a list')
  const list = within(heading.closest('section') ?? document.body)
  expect(list.getByText('removed, no longer in the registry')).toBeTruthy()
  expect(list.getByRole('link', { name: 'careful-heron' }).getAttribute('href')).toBe('/runs/r1')
  expect(screen.queryByRole('link', { name: /m version 1/ })).toBeNull()
})
