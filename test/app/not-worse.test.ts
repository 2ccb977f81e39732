import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Digest, MetricName, ModelVersion } from '#contract'
import type { OfflineModel } from '#serving'
import { numberColumn, tableOf } from '#table'
import { checkRequirement } from '../../src/app/steps/check-requirement.ts'
import type { GateSubject } from '../../src/app/steps/gate-subject.ts'

const truth = ['no', 'yes', 'yes', 'no']

/** A model that gives the true class this probability, each time. */
function sureOf(ofTruth: number): OfflineModel {
  const ofYes = truth.map((label) => (label === 'yes' ? ofTruth : 1 - ofTruth))
  return {
    predict: () =>
      Promise.resolve({
        labels: ofYes.map((p) => (p > 0.5 ? 'yes' : 'no')),
        risk: Float64Array.from(ofYes),
        probabilities: Float64Array.from(ofYes.flatMap((p) => [1 - p, p])),
      }),
    close: () => Promise.resolve(),
  }
}

function subjectOf(mine: number, theirs: number, positive = 'yes'): GateSubject {
  const version = {
    version: 2,
    signature: { inputs: [], classes: ['no', 'yes'], positive },
  } as unknown as ModelVersion
  const rows = tableOf([numberColumn('x', [1, 2, 3, 4])])
  return {
    version,
    model: () => Promise.resolve(sureOf(mine)),
    rows: () => Promise.resolve(rows),
    held: () => Promise.resolve({ rows, truth, digest: 'sha256:0' as Digest }),
    champion: () => Promise.resolve({ version, model: sureOf(theirs) }),
    close: () => Promise.resolve(),
  }
}

const check = (metric: MetricName, mine: number, theirs: number, margin = 0) =>
  checkRequirement({ kind: 'not_worse', metric, margin }, subjectOf(mine, theirs))

for (const metric of ['log_loss', 'brier_score', 'accuracy', 'roc_auc', 'f1'] as const) {
  test(`a challenger that is better by ${metric} passes, and one that is worse does not`, async () => {
    assert.equal((await check(metric, 0.9, 0.2)).passed, true)
    assert.equal((await check(metric, 0.2, 0.9)).passed, false)
  })
}

test('what is observed is by how much the challenger is better, in either direction', async () => {
  // The loss of a probability p of the truth is −ln p; Brier's score (1 − p)².
  const loss = await check('log_loss', 0.8, 0.9, 0.2)
  assert.equal(loss.passed, true)
  assert.ok(Math.abs((loss.observed ?? 0) - Math.log(0.8 / 0.9)) < 1e-12)
  assert.equal((await check('brier_score', 0.6, 0.9, 0.1)).passed, false)
})

test('a model without probabilities fails what is measured by them, with how many rows have none', async () => {
  for (const metric of ['log_loss', 'brier_score', 'roc_auc'] as const) {
    const failed = await check(metric, NaN, 0.9)
    assert.equal(failed.passed, false)
    assert.match(failed.summary, /cannot be measured .* This version: 4 rows have no probability\./)
  }
  assert.match((await check('log_loss', 0.9, NaN)).summary, /The champion: 4 rows/)
})

test('a positive class that an old version does not have counts as none', async () => {
  const asked = (metric: MetricName) =>
    checkRequirement({ kind: 'not_worse', metric, margin: 0 }, subjectOf(0.9, 0.2, 'maybe'))
  assert.equal((await asked('log_loss')).passed, true)
  const failed = await asked('roc_auc')
  assert.equal(failed.passed, false)
  assert.match(failed.summary, /names no positive class that it has/)
})
