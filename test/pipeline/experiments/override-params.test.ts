import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { overrideParam } from '../../../src/pipeline/experiments/override-params.ts'

test('a value set in a JSON file leaves JSON, with its indentation, its order and the kinds of its numbers', () => {
  const text = '{\n  "model": {\n    "name": "vgg",\n    "lr": 1.0\n  },\n  "layers": [1, 2]\n}\n'
  const after = overrideParam(text, 'params.json', 'model.name', 'resnet')
  assert.equal(
    after,
    '{\n  "model": {\n    "name": "resnet",\n    "lr": 1.0\n  },\n  "layers": [\n    1,\n    2\n  ]\n}\n',
  )
  assert.deepEqual(
    JSON.parse(overrideParam(text, 'p.json', 'model.opt', '{kind: adam, eps: 1e-8}')),
    {
      model: { name: 'vgg', lr: 1, opt: { kind: 'adam', eps: 1e-8 } },
      layers: [1, 2],
    },
  )
  assert.deepEqual(JSON.parse(overrideParam('{"layers": [1, 2]}', 'p.json', 'layers.1', '7')), {
    layers: [1, 7],
  })
})

test('half a value, and a key that leads through a single one, are refused', () => {
  for (const [text, file, key, value] of [
    ['a: 1\n', 'params.yaml', 'm', '{a: 1'],
    ['{"a": 1}', 'params.json', 'm', '[1, 2'],
    ['{"a": 1}', 'params.json', 'a.b', '2'],
    ['a: 1\n', 'params.yaml', 'a.b', '2'],
  ] as const)
    assert.throws(
      () => overrideParam(text, file, key, value),
      (error) => error instanceof TidemillError && error.code === 'bad_request',
    )
})
