import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exampleFileOf, firstRowOf } from '../../src/app/borders/mlflow/mlmodel-example.ts'

test('an MLmodel file names the file of its input example', () => {
  const text = 'saved_input_example_info:\n  artifact_path: input_example.json\n  type: dataframe\n'
  assert.equal(exampleFileOf(text), 'input_example.json')
  for (const none of ['', 'saved_input_example_info: null', 'a: [', 'saved_input_example_info: 5'])
    assert.equal(exampleFileOf(none), undefined, none)
})

test('the first row of an example is told in each form that mlflow 3.17.2 writes rows in, and of nothing else', () => {
  const frame = {
    columns: ['a', 'b'],
    data: [
      [1.5, 'x'],
      [2, null],
    ],
  }
  assert.deepEqual(firstRowOf(frame), { a: 1.5, b: 'x' })
  assert.deepEqual(firstRowOf({ inputs: frame, params: { t: 0.7 } }), { a: 1.5, b: 'x' })
  assert.deepEqual(firstRowOf([{ a: 1, b: null }, { a: 2 }]), { a: 1, b: null })
  assert.deepEqual(firstRowOf({ question: 'Why?' }), { question: 'Why?' })
  for (const other of [
    { messages: [{ role: 'user', content: 'hi' }] },
    { columns: ['a'], data: [] },
    { columns: ['a'], data: [[[1, 2]]] },
    ...[[[1, 2]], [], 'text', 5, null, undefined],
  ]) {
    assert.equal(firstRowOf(other), undefined, JSON.stringify(other))
  }
})
