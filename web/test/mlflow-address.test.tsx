import { screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { operations } from '#contract'
import { placeOfMlflow } from '../app/mlflow-address.ts'
import { run } from './fixtures.ts'
import { renderApp } from './support.tsx'

test('the address that an MLflow client prints for a run opens the run', async () => {
  const shown = run('r1', '5', 0.7)
  const { router } = renderApp('/#/experiments/7/runs/r1', [
    [operations.runs.get, () => ({ run: shown, artifacts: [] })],
  ])
  await screen.findByText(/^Started/)
  expect(router.state.location.pathname).toBe('/runs/r1')
})

test('the address that an MLflow client prints for an experiment opens it by its identifier', async () => {
  const experiment = { id: '7', name: 'vision/rides', createdAt: 1, tags: {}, runs: 0 }
  renderApp('/#/experiments/7', [
    [operations.runs.experiments, () => ({ experiments: [experiment] })],
  ])
  await screen.findByRole('heading', { name: 'vision/rides' })
})

test('addresses of the other pages of MLflow lead to what they show', () => {
  const placeOf = (hash: string) => {
    const { to = '', params = {}, search = {} } = placeOfMlflow(hash) ?? {}
    const path = to.replaceAll(/\$(\w+)/g, (_, name: string) => params[name] ?? '')
    const text = new URLSearchParams(search).toString()
    return text === '' ? path : `${path}?${text}`
  }
  expect(
    [
      '/experiments',
      '/experiments/7/overview',
      '/experiments/7/traces',
      '/experiments/7/traces?selectedEvaluationId=tr-1',
      '/experiments/7/models',
      '/experiments/7/models/m-1',
      '/experiments/7/datasets',
      '/experiments/7/datasets/d-1',
      '/experiments/7/prompts/greet',
      '/experiments/7/runs/r1/artifacts/plots/a%20b.png',
      '/experiments/7/runs/r1/model-metrics',
      '/experiments/7/evaluation-runs?selectedRunUuid=r1',
      '/experiments/7/evaluation-runs',
      '/compare-runs?runs=["r1","r2"]&experiments=["7"]',
      '/models',
      '/models/risk',
      '/models/risk/versions/3',
      '/prompts',
      '/experiments/',
      '/experiments/7/runs/',
      '/experiments/7/runs/r1/',
      '/models/',
      '/models/risk/versions/',
      '/prompts/',
      'elsewhere',
    ].map(placeOf),
  ).toEqual([
    '/runs',
    '/experiments/7',
    '/experiments/7?mode=traces',
    '/traces/tr-1',
    '/experiments/7?mode=models',
    '/logged-models/m-1',
    '/experiments/7?mode=datasets',
    '/evaluation-datasets/d-1',
    '/prompts/greet',
    '/runs/r1?tab=files&file=plots%2Fa+b.png',
    '/runs/r1?tab=charts',
    '/runs/r1',
    '/experiments/7',
    '/compare?runs=r1%2Cr2',
    '/models',
    '/models/risk',
    '/models/risk/3',
    '/prompts',
    '/runs',
    '/experiments/7',
    '/runs/r1',
    '/models',
    '/models/risk',
    '/prompts',
    '',
  ])
})
