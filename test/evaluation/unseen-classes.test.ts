import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#evaluation'
import { trainModel } from '#learn'
import { numberColumn, stringColumn, tableOf } from '#table'

const close = (actual: number | undefined, expected: number): void =>
  assert.ok(Math.abs((actual ?? NaN) - expected) < 1e-12, `${actual} is not ${expected}`)

test('a class that the model has never seen has the probability nought, whichever row it is in', () => {
  const { log_loss: loss } = evaluate(['a', 'c'], {
    labels: ['a', 'b'],
    probabilities: [0.25, 0.75, 0.5, 0.5],
    classes: ['a', 'b'],
  })
  // −ln ¼ and −ln ε of the definition, in the mean.
  close(loss, (Math.log(4) - Math.log(Number.EPSILON)) / 2)
})

test('a positive class that is none of the classes is refused, by measuring and by training', () => {
  assert.throws(
    () =>
      evaluate(['a', 'b'], {
        labels: ['a', 'b'],
        probabilities: [1, 0, 0, 1],
        classes: ['a', 'b'],
        positive: 'c',
      }),
    /"c" is none of the classes a, b/,
  )
  const table = tableOf([numberColumn('x', [1, 2, 3]), stringColumn('y', ['a', 'b', 'a'])])
  assert.throws(
    () => trainModel(table, { label: 'y', estimator: 'logistic_regression', positive: 'c' }),
    /"c" is none of the classes a, b/,
  )
})
