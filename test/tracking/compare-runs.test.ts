import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Run } from '#contract'
import { compareRuns, readRequirements } from '#tracking'

const run: Run = {
  id: 'a',
  experiment: 'e',
  experimentId: '1',
  name: 'a',
  status: 'finished',
  startedAt: 1,
  user: 'u',
  params: { k: '5', seed: '1', 'split.random_state': '7', unseeded: '1' },
  metrics: { f1: 0.5, nan: NaN, same: 1 },
  tags: {},
  source: { environment: { node: 'v24' } },
}

test('what differs between two runs is told apart: params, seeds, environment, metrics with their difference', () => {
  const other: Run = {
    ...run,
    id: 'b',
    params: { k: '7', seed: '2', 'split.random_state': '8', unseeded: '2' },
    metrics: { f1: 0.75, nan: NaN, same: 1, more: 3 },
    source: { environment: { node: 'v25' } },
  }
  const { metrics, params, seeds, environment } = compareRuns(run, other)
  assert.deepEqual(metrics, [
    { name: 'f1', from: 0.5, to: 0.75, difference: 0.25 },
    { name: 'more', to: 3 },
  ])
  assert.deepEqual(params, [
    { name: 'k', from: '5', to: '7' },
    { name: 'unseeded', from: '1', to: '2' },
  ])
  assert.deepEqual(
    seeds.map((each) => each.name),
    ['seed', 'split.random_state'],
  )
  assert.deepEqual(environment, [{ name: 'node', from: 'v24', to: 'v25' }])
  assert.deepEqual(compareRuns(run, run).metrics, [])
})

test('a list of packages is read with its versions; comments, options and addresses are not packages', () => {
  const text = [
    '# frozen',
    '-r other.txt',
    'scikit_learn==1.5.0',
    'numpy>=2,<3  # fast',
    'requests[socks]==2.32.0 ; python_version > "3.8"',
    'mlflow',
    'torch @ https://example.org/torch.whl',
    '',
  ].join('\n')
  assert.deepEqual(readRequirements(text), {
    'scikit-learn': '1.5.0',
    numpy: '>=2,<3',
    requests: '2.32.0',
    mlflow: 'any',
  })
})
