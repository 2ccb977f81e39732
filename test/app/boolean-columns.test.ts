import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#contract'
import { trainModel } from '#learn'
import { tableFromRows, timestampColumn, withColumn } from '#table'
import { driftFindings } from '#monitoring'
import { seeded } from '#stats'
import { openTestServing, testModel } from '../serving/support/open-test-serving.ts'
import { openedProject } from '../support/home.ts'
import type { GateSubject } from '../../src/app/steps/gate-subject.ts'
import { inputSchema } from '../../src/app/steps/input-schema.ts'
import { checkRequirement } from '../../src/app/steps/check-requirement.ts'

const random = seeded(3)
const made = Array.from({ length: 400 }, (_, i) => {
  const smoker = random() < 0.3
  return { smoker, size: i % 7, sick: smoker === random() < 0.9 ? 'yes' : 'no' }
})

test('a model asks for a boolean column as true and false, and its gate finds it so in the data', async (t) => {
  const rows = tableFromRows(made)
  const trained = trainModel(rows, { label: 'sick', estimator: 'logistic_regression' })
  const signature = trained.signature(rows)
  assert.deepEqual(
    signature.inputs.map((input) => input.type),
    ['boolean', 'integer'],
  )
  const { serving, name } = await openTestServing(t)
  name({ ...testModel(1), trained, rows })
  await serving.put('e', 'm', 'champion')
  const answers = await serving.predict('e', [
    { smoker: true, size: 3 },
    { smoker: false, size: 3 },
  ])
  assert.deepEqual(
    answers.map((answer) => answer.prediction),
    ['yes', 'no'],
  )
  const subject = { version: { signature }, rows: () => Promise.resolve(rows) }
  const check = await checkRequirement({ kind: 'schema' }, subject as unknown as GateSubject)
  assert.equal(check.passed, true, check.summary)
})

test('booleans that did not change have not drifted, and those that did have, however the model asked for them', () => {
  const reference = tableFromRows(made)
  const smoker = (share: number): boolean => random() < share
  for (const asked of ['boolean', 'number'] as const) {
    const schema = inputSchema(
      { inputs: [{ name: 'smoker', type: asked, optional: true }] },
      reference.schema,
    )
    const drift = (share: number) =>
      driftFindings({
        reference,
        current: tableFromRows(
          made.slice(0, 300).map(() => ({
            smoker: asked === 'boolean' ? smoker(share) : Number(smoker(share)),
          })),
          schema,
        ),
        columns: ['smoker'],
        alpha: 0.05,
        shareThreshold: 0.5,
      }).columns[0]
    assert.equal(drift(0.3)?.drifted, false, asked)
    assert.equal(drift(0.8)?.drifted, true, asked)
  }
})

test('times are left out of the features, and refused where they are named', () => {
  const table = withColumn(
    tableFromRows(made),
    timestampColumn(
      'at',
      made.map((_, i) => new Date(i * 1000)),
    ),
  )
  const request = { label: 'sick', estimator: 'knn' }
  assert.deepEqual(trainModel(table, request).features, ['smoker', 'size'])
  assert.throws(
    () => trainModel(table, { ...request, features: ['size', 'at'] }),
    /column at holds times, which are no feature/,
  )
})

test('reviewed rows with booleans keep the columns’ types', async (t) => {
  const { app, caller } = await openedProject(t)
  const lines = made.map((row) => `${JSON.stringify(row)}\n`).join('')
  await caller.call(
    operations.datasets.import,
    { name: 'people', file: 'people.jsonl', format: 'jsonl', label: 'sick' },
    new TextEncoder().encode(lines),
  )
  const rooms = await app.project('default')
  await rooms.labeling.declare({
    name: 'q',
    endpoint: 'e',
    dataset: 'people',
    below: 1,
    annotators: 1,
    classes: [],
  })
  await rooms.labeling.offer('q', [
    {
      id: '01a',
      endpoint: 'e',
      model: 'm',
      version: 1,
      time: 1,
      features: { smoker: true, size: 2 },
      prediction: 'no',
      probabilities: { no: 0.6, yes: 0.4 },
    },
    {
      ...{ id: '01b', endpoint: 'e', model: 'm', version: 0, time: 1, prediction: 'no' },
      // As a version logged it that asked for a number.
      features: { smoker: 1, size: 3 },
      probabilities: { no: 0.6, yes: 0.4 },
    },
  ])
  const { tasks } = await caller.call(operations.labels.tasks, { name: 'q' })
  for (const { id } of tasks) await rooms.labeling.annotate('q', id, 'yes', 'ada')
  await caller.call(operations.labels.commit, { name: 'q' })
  const { dataset } = await caller.call(operations.datasets.get, { name: 'people' })
  assert.deepEqual(
    dataset.latest.schema.map((field) => field.type),
    ['boolean', 'integer', 'string'],
  )
  assert.equal(dataset.latest.rows, made.length + 2)
  const { rows } = await caller.call(operations.datasets.rows, { name: 'people', offset: 400 })
  assert.deepEqual(
    rows.map(({ smoker }) => smoker),
    [true, true],
  )
})
