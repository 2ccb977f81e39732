import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fisherExact } from '#stats'

// scipy.stats.fisher_exact of scipy 1.14.1: [[hits, misses], [other hits, other misses]] and the two-sided p-value.
const recorded = [
  [[7, 22], [12, 22], 0.4141697971000915],
  [[2, 6], [5, 4], 0.3348416289592761],
  [[0, 10], [12, 3], 0.00010768609503297887],
  [[5, 5], [5, 5], 1],
  [[1000, 1040], [900, 1100], 0.010685234784096984],
  [[0, 1000], [1, 19], 0.0196078431372549],
  [[3, 997], [2, 18], 0.0035283500787724326],
  [[0, 1000], [5, 15], 1.7017204233563193e-9],
  [[500, 500], [10, 10], 1],
  [[100, 99_900], [30, 9970], 1.5620830443851448e-6],
  [[0, 50], [50, 0], 1.9823306042836675e-29],
] as const

test('Fisher’s exact test gives the recorded two-sided p-values', () => {
  for (const [[a, b], [c, d], expected] of recorded) {
    const actual = fisherExact(a, a + b, c, c + d) ?? NaN
    assert.ok(Math.abs(actual - expected) <= 1e-9 * expected, `${a} ${b} ${c} ${d}: ${actual}`)
  }
})

test('Fisher’s exact test keeps its level: hits of equal shares are as rare as the p-value says', () => {
  // All divisions of 6 hits among samples of 30 and 8, by their hypergeometric chances.
  const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k)
  const divisions = Array.from({ length: 7 }, (_, hits) => ({
    chance: (choose(30, hits) * choose(8, 6 - hits)) / choose(38, 6),
    p: fisherExact(hits, 30, 6 - hits, 8) ?? NaN,
  }))
  for (const { p } of divisions) {
    const atMost = divisions.filter((each) => each.p <= p).reduce((sum, x) => sum + x.chance, 0)
    assert.ok(Math.abs(atMost - p) < 1e-12, `${atMost} is not ${p}`)
  }
})

test('Fisher’s exact test of no rows is undefined, and of nothing but hits 1', () => {
  assert.equal(fisherExact(0, 0, 3, 9), undefined)
  assert.equal(fisherExact(9, 9, 3, 3), 1)
})
