import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readMlmodelSignature } from '../../src/app/borders/mlflow/mlmodel-signature.ts'

test('columns of an MLmodel file are inputs and outputs with their kinds', () => {
  // As mlflow 3.x writes it: JSON within YAML.
  const text = [
    'flavors:',
    '  python_function:',
    '    loader_module: mlflow.sklearn',
    'signature:',
    `  inputs: '[{"type": "double", "name": "BMI", "required": true}, {"type": "long", "name": "Age", "required": false}, {"type": "string", "name": "Ward", "required": true}]'`,
    `  outputs: '[{"type": "long", "name": "label", "required": true}]'`,
    '  params: null',
  ].join('\n')
  assert.deepEqual(readMlmodelSignature(text), {
    inputs: [
      { name: 'BMI', type: 'number', optional: false },
      { name: 'Age', type: 'integer', optional: true },
      { name: 'Ward', type: 'string', optional: false },
    ],
    outputs: [{ name: 'label', type: 'integer' }],
  })
})

test('what a model can be told beside its inputs is read with its default', () => {
  // As mlflow 3.17.2 writes it of infer_signature with params.
  const text = [
    'signature:',
    '  inputs: null',
    '  outputs: null',
    `  params: '[{"name": "t", "default": 0.7, "shape": null, "type": "double"}, {"name": "stop", "default": ["a", "b"], "shape": [-1], "type": "string"}]'`,
  ].join('\n')
  assert.deepEqual(readMlmodelSignature(text), {
    inputs: [],
    params: [
      { name: 't', type: 'number', default: 0.7 },
      { name: 'stop', type: 'string', default: ['a', 'b'] },
    ],
  })
})

test('a tensor without a name is an input, or the prediction', () => {
  const text = [
    'signature:',
    `  inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float64", "shape": [-1, 1]}}]'`,
    `  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "uint8", "shape": [-1]}}]'`,
  ].join('\n')
  assert.deepEqual(readMlmodelSignature(text), {
    inputs: [{ name: 'input', type: 'number', optional: false }],
    outputs: [{ name: 'prediction', type: 'integer' }],
  })
})

test('what is not said, or not readably, is left open', () => {
  for (const text of [
    '',
    'signature: null',
    'signature: 5',
    'signature: { inputs: "not json" }',
    'signature: { inputs: "[1, null]" }',
    'a: [',
    '!!js/function x',
  ]) {
    assert.deepEqual(readMlmodelSignature(text), { inputs: [] }, text)
  }
})
