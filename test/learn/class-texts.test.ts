import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluate } from '#evaluation'
import { numberColumn, stringColumn, tableOf } from '#table'
import { openTestServing, testModel } from '../serving/support/open-test-serving.ts'
import { trainModel } from '#learn'

for (const classes of [
  ['01', '02'],
  ['0', '00'],
  ['1', '2'],
] as const) {
  test(`a model of the classes ${classes.join(' and ')} answers just these texts`, async (t) => {
    const truth = [classes[0], classes[0], classes[1], classes[1]]
    const rows = tableOf([numberColumn('x0', [1, 2, 8, 9]), stringColumn('y', truth)])
    const trained = trainModel(rows, { label: 'y', estimator: 'knn', params: { neighbors: 1 } })
    const { serving, name } = await openTestServing(t)
    name({ ...testModel(1), trained, rows })
    await serving.put('e', 'm', 'champion')
    const answers = await serving.predict(
      'e',
      [1, 2, 8, 9].map((x0) => ({ x0 })),
    )
    const labels = answers.map((answer) => answer.prediction)
    assert.deepEqual(labels, truth)
    assert.ok(answers.every((answer) => answer.probability === 1))
    assert.equal(evaluate(truth, { labels }).accuracy, 1)
  })
}
