import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consensus, uncertainty } from '#labeling'

const close = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-9, `${actual} is not ${expected}`)

test('uncertainty of (.5, .3, .2) is the recorded value of each strategy', () => {
  close(uncertainty([0.5, 0.3, 0.2], 'least_confidence'), 0.5)
  close(uncertainty([0.5, 0.3, 0.2], 'margin'), 1 - 0.2)
  assert.ok(Math.abs((uncertainty([0.5, 0.3, 0.2], 'entropy') ?? 0) - 1.02965301406) < 1e-10)
})

test('an answer without probabilities has no uncertainty', () => {
  assert.equal(uncertainty([]), undefined)
  assert.equal(uncertainty([NaN, 1]), undefined)
})

test('the most votes win once enough people have voted; a tie is a dispute', () => {
  assert.deepEqual(consensus(['a'], 2), { state: 'waiting' })
  assert.deepEqual(consensus(['a', 'a'], 2), { state: 'labelled', label: 'a' })
  assert.deepEqual(consensus(['a', 'b'], 2), { state: 'disputed' })
  assert.deepEqual(consensus(['a', 'b', 'b'], 2), { state: 'labelled', label: 'b' })
})
