import assert from 'node:assert/strict'
import { test } from 'node:test'
import { qualityOf, type Labelled } from '#monitoring'
import { seeded } from '#stats'

/** Rows of which each is a hit, a wrong answer, a miss or none of them, as likely as said. */
function drawn(random: () => number, rows: number, [hit, wrong, missed]: readonly number[]) {
  return Array.from({ length: rows }, (): Labelled => {
    const at = random()
    if (at < (hit ?? 0)) return { truth: 'yes', prediction: 'yes' }
    if (at < (hit ?? 0) + (wrong ?? 0)) return { truth: 'no', prediction: 'yes' }
    const isMiss = at < (hit ?? 0) + (wrong ?? 0) + (missed ?? 0)
    return { truth: isMiss ? 'yes' : 'no', prediction: 'no' }
  })
}

for (const [wanted, shares] of [
  [0.2, [0.05, 0.2, 0.2]],
  [0.5, [0.1, 0.1, 0.1]],
  [0.8, [0.2, 0.05, 0.05]],
] as const) {
  test(`the interval of F1 holds the true ${wanted} in 95 of 100 windows of 400 rows`, () => {
    const random = seeded(7)
    const trials = 2_000
    let held = 0
    for (let trial = 0; trial < trials; trial++) {
      const f1 = qualityOf(drawn(random, 400, shares), 'yes')?.metrics.f1
      if (f1 && f1.low <= wanted && wanted <= f1.high) held++
    }
    // Three standard errors of a share of .95 among 2,000 are .015.
    assert.ok(Math.abs(held / trials - 0.95) < 0.02, `${held / trials}`)
  })
}

test('F1 is the harmonic mean of precision and recall', () => {
  const metrics = qualityOf(drawn(seeded(3), 300, [0.2, 0.1, 0.3]), 'yes')?.metrics
  const [p, r] = [metrics?.precision?.value ?? NaN, metrics?.recall?.value ?? NaN]
  assert.ok(Math.abs((metrics?.f1?.value ?? NaN) - (2 * p * r) / (p + r)) < 1e-12)
})
