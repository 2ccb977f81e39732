import { expect, test } from 'vitest'
import type { PipelineExperiment } from '#contract'
import { columnsOf } from '../pages/pipeline/experiment-columns.ts'

const row = (more: Partial<PipelineExperiment>): PipelineExperiment => ({
  rev: 'a',
  params: {},
  metrics: {},
  ...more,
})

test('one that was killed before it had metrics makes no column differ, one that lacks a parameter does', () => {
  const rows = [
    row({ metrics: { loss: 1, acc: 0.5 }, params: { rate: 1 } }),
    row({ metrics: { loss: 1, acc: 0.6 }, params: { rate: 1, depth: 2 } }),
    row({ state: 'killed', params: { rate: 1 } }),
  ]
  expect(columnsOf(rows, true)).toEqual([
    { kind: 'metrics', key: 'acc' },
    { kind: 'params', key: 'depth' },
  ])
})
