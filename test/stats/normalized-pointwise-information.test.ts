import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalizedPointwiseInformation } from '#stats'

/** Both, first, second, all; then without and with Jeffreys' prior, as MLflow 3.17.2's `calculate_npmi_from_counts` gives them. */
const recorded = [
  [10, 20, 15, 100, 0.5228787452803378, 0.5098689991831412],
  [0, 5, 5, 20, -1, -0.31330979162112166],
  [5, 5, 5, 5, 1, 1],
  [5, 5, 5, 20, 1, 0.8744691179161412],
  [3, 30, 10, 100, 0, 0.01359740544230342],
  [1, 1, 1, 1000, 1, 0.9115407974627433],
  [7, 50, 14, 100, 0, 0],
  [9, 10, 90, 100, 0, -0.013687672110763582],
] as const

test('normalised pointwise information is what MLflow 3.17.2 gives, to 1e-12', () => {
  for (const [both, first, second, total, plain, smoothed] of recorded) {
    const counts = { both, first, second, total }
    for (const [prior, expected] of [
      [0, plain],
      [0.5, smoothed],
    ] as const) {
      const value = normalizedPointwiseInformation(counts, prior) ?? NaN
      assert.ok(Math.abs(value - expected) < 1e-12, `${JSON.stringify(counts)}: ${value}`)
    }
  }
})

test('it is undefined when one never comes, or the counts are of no table', () => {
  for (const counts of [
    { both: 0, first: 0, second: 5, total: 10 },
    { both: 4, first: 3, second: 5, total: 9 },
    { both: 1, first: 9, second: 9, total: 10 },
  ]) {
    assert.equal(normalizedPointwiseInformation(counts, 0.5), undefined)
  }
})
