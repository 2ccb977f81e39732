import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerContract, Requirement } from '#contract'
import { asksLess, reliesOnLess } from '../../src/app/steps/asks-less.ts'

const metric = (bounds: { min?: number; max?: number }): Requirement => ({
  ...{ kind: 'metric', metric: 'f1' },
  ...bounds,
})
const margin = (value: number): Requirement => ({
  ...{ kind: 'not_worse', metric: 'f1', margin: value },
})
const moved = (tolerance: number, factor = 2, columns = ['a', 'b']): Requirement => ({
  ...{ kind: 'invariance', columns, factor, tolerance },
})

test('a requirement that is tightened, or asked in two parts, asks no less', () => {
  const tighter: readonly (readonly [Requirement, ...Requirement[]])[] = [
    [metric({ min: 0.8 }), metric({ min: 0.85 })],
    [metric({ min: 0.8 }), metric({ min: 0.8, max: 0.9 })],
    [metric({ min: 0.8, max: 0.9 }), metric({ max: 0.9 }), metric({ min: 0.8 })],
    [
      { kind: 'latency', p99Ms: 50 },
      { kind: 'latency', p99Ms: 20 },
    ],
    [margin(0.02), margin(0.01)],
    [moved(0.1), moved(0.05, 2, ['b', 'a'])],
    [{ kind: 'schema' }, { kind: 'mean_row' }, { kind: 'schema' }],
  ]
  for (const [before, ...after] of tighter) {
    assert.equal(asksLess([before], after), false, JSON.stringify(before))
  }
})

test('a requirement that is loosened, or asked of something else, asks less', () => {
  const looser: readonly (readonly [Requirement, ...Requirement[]])[] = [
    [metric({ min: 0.8 })],
    [metric({ min: 0.8 }), metric({ min: 0.79 })],
    [metric({ min: 0.8 }), metric({ max: 0.8 })],
    [metric({ min: 0.8, max: 0.9 }), metric({ min: 0.8 })],
    [metric({ min: 0.8 }), { kind: 'metric', metric: 'accuracy', min: 0.9 }],
    [metric({})],
    [
      { kind: 'latency', p99Ms: 20 },
      { kind: 'latency', p99Ms: 21 },
    ],
    [margin(0.01), margin(0.02)],
    [margin(0.01), { kind: 'not_worse', metric: 'accuracy', margin: 0 }],
    [moved(0.1), moved(0.1, 1)],
    [moved(0.1), moved(0.1, 2, ['a'])],
    [moved(0.1), moved(0.2)],
    [
      { kind: 'direction', column: 'a', delta: 1, expect: 'never_lowers' },
      { kind: 'direction', column: 'a', delta: 1, expect: 'never_raises' },
    ],
  ]
  for (const [before, ...after] of looser) {
    assert.equal(asksLess([before], after), true, JSON.stringify(before))
  }
})

test('a consumer relies on no less with fewer labels, a smaller range or less time, and on less otherwise', () => {
  const output = { name: 'y', type: 'string' as const, labels: ['a', 'b'] }
  const number = { name: 'n', type: 'number' as const, min: 0 }
  const before: ConsumerContract = {
    ...{ inputs: [{ name: 'x', type: 'number' }], outputs: [output, number], latencyMs: 50 },
  }
  const less = (change: Partial<ConsumerContract>) => reliesOnLess(before, { ...before, ...change })
  assert.equal(less({ description: 'the same', alias: 'champion' }), false)
  assert.equal(less({ latencyMs: 20 }), false)
  const narrow = [
    { ...output, labels: ['a'] },
    { ...number, min: 1, max: 2 },
  ]
  assert.equal(less({ outputs: narrow }), false)
  assert.equal(less({ latencyMs: 51 }), true)
  assert.equal(less({ alias: 'other' }), true)
  assert.equal(less({ inputs: [] }), true)
  assert.equal(less({ outputs: [output] }), true)
  assert.equal(less({ outputs: [output, { ...number, min: -1 }] }), true)
  assert.equal(less({ outputs: [{ ...output, labels: ['a', 'c'] }, number] }), true)
  assert.equal(less({ outputs: [{ name: 'y', type: 'string' }, number] }), true)
})
