import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brierScore, evaluate, logLoss, rocAuc } from '#evaluation'

test('a score that is not a number leaves ROC AUC, Brier’s score and log loss without a value', () => {
  const hits = [true, false, true]
  const scores = [0.9, NaN, 0.4]
  assert.equal(rocAuc(hits, scores), undefined)
  assert.equal(brierScore(hits, scores), undefined)
  assert.equal(logLoss(scores), undefined)
})

test('a model that gives labels alone is measured by labels alone', () => {
  const metrics = evaluate(['1', '0'], {
    labels: ['1', '1'],
    probabilities: [NaN, NaN, NaN, NaN],
    classes: ['0', '1'],
    positive: '1',
  })
  assert.deepEqual(Object.keys(metrics).toSorted(), ['accuracy', 'f1', 'precision', 'recall'])
  assert.equal(metrics.accuracy, 0.5)
})
