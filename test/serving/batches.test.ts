import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Signature } from '#contract'
import type { OnnxHeader } from '#learn'
import { modelRunner } from '../../src/serving/model-runner.ts'
import { readRows } from '../../src/serving/read-rows.ts'
import { batcher } from '../../src/serving/runtime/batcher.ts'

const signature: Signature = {
  inputs: [
    { name: 'count', type: 'integer', optional: true },
    { name: 'size', type: 'number', optional: true },
  ],
}
const int64 = 7
const float = 1
const header: OnnxHeader = {
  inputs: [
    { name: 'count', element: int64, shape: [0] },
    { name: 'size', element: float, shape: [0] },
  ],
  outputs: [],
  metadata: {},
}

/** A model that answers its first input. */
const run = modelRunner('m', header, signature, {
  run: ({ count }) =>
    Promise.resolve({ value: { shape: [0], values: count?.values as BigInt64Array } }),
  close: () => Promise.resolve(),
})

test('one request that the model refuses is refused alone; those in its batch are answered', async () => {
  const { ask } = batcher(run)
  const [first, bad, last] = await Promise.allSettled([
    ask([[1, 0.5]]),
    ask([[1.5, 0]]),
    ask([[3, 0]]),
  ])
  assert.deepEqual(first.status === 'fulfilled' && first.value, [{ label: '1' }])
  assert.deepEqual(last.status === 'fulfilled' && last.value, [{ label: '3' }])
  assert.equal(
    bad.status === 'rejected' && (bad.reason as { code: string }).code,
    'prediction_invalid',
  )
})

test('a whole number that is missing, broken or past 2⁵³ is refused with its input’s name', async () => {
  await assert.rejects(run([[null, 0]]), /"count" may not be missing/)
  await assert.rejects(run([[2.5, 0]]), /"count" must be a whole number, not 2\.5/)
  await assert.rejects(run([[1e300, 0]]), /"count" must be a whole number, not 1e\+300/)
})

test('an infinite number fits no input, and NaN is a missing one', () => {
  const read = (row: Record<string, number>) => readRows('m', signature, [row])
  assert.throws(() => read({ count: Infinity }), /"count" must be a whole number, not Infinity/)
  assert.throws(() => read({ size: -Infinity }), /"size" must be a number, not -Infinity/)
  assert.deepEqual(read({ count: 1, size: NaN }), [[1, null]])
  const required: Signature = { inputs: [{ name: 'size', type: 'number', optional: false }] }
  assert.throws(() => readRows('m', required, [{ size: NaN }]), /"size" may not be null/)
})
