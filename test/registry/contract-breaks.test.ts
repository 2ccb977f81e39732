import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ConsumerContract, Signature } from '#contract'
import { contractBreaks } from '#registry'

const signature: Signature = {
  inputs: [
    { name: 'age', type: 'integer', optional: false },
    { name: 'weight', type: 'number', optional: true },
  ],
  classes: ['0', '1'],
  labels: { '0': 'healthy', '1': 'ill' },
}

const contract: ConsumerContract = {
  inputs: [
    { name: 'age', type: 'integer' },
    { name: 'weight', type: 'number' },
  ],
  outputs: [
    { name: 'label', type: 'string', labels: ['healthy', 'ill'] },
    { name: 'probability', type: 'number', min: 0, max: 1 },
  ],
}

test('a version that has what an application reads and takes what it sends breaks nothing', () => {
  assert.deepEqual(contractBreaks(contract, signature), [])
})

test('a class that the application does not know is named', () => {
  const more = {
    ...signature,
    classes: ['0', '1', '2'],
    labels: { ...signature.labels, '2': 'dead' },
  }
  assert.deepEqual(contractBreaks(contract, more), ['label can be dead, which it does not know'])
})

test('an output that is gone or of another type is named', () => {
  const regression: Signature = { inputs: signature.inputs }
  assert.deepEqual(contractBreaks(contract, regression), [
    'it has no output label',
    'it has no output probability',
  ])
  const asked = { outputs: [{ name: 'prediction', type: 'number' as const }] }
  assert.deepEqual(contractBreaks(asked, signature), [
    'its output prediction is string, not number',
  ])
})

test('an input that is new and needed, gone, or of another type is named', () => {
  const inputs: Signature['inputs'] = [
    { name: 'age', type: 'string', optional: false },
    { name: 'height', type: 'number', optional: false },
    { name: 'mood', type: 'number', optional: true },
  ]
  assert.deepEqual(contractBreaks(contract, { ...signature, inputs }), [
    'it takes age as string, and integer is sent',
    'it needs the input height, which is not sent',
    'it has no input weight any more',
  ])
})

test('whole numbers do where numbers are asked for; the other way where an endpoint here reads them', () => {
  const sends = (type: 'integer' | 'number'): ConsumerContract => ({
    inputs: [{ name: 'x', type }],
    outputs: [],
  })
  const takes = (type: 'integer' | 'number'): Signature => ({
    inputs: [{ name: 'x', type, optional: false }],
  })
  assert.deepEqual(contractBreaks(sends('integer'), takes('number')), [])
  assert.deepEqual(contractBreaks(sends('number'), takes('integer')), [])
  const elsewhere = (type: 'integer' | 'number'): Signature => ({ ...takes(type), outputs: [] })
  assert.deepEqual(contractBreaks(sends('integer'), elsewhere('number')), [])
  assert.equal(contractBreaks(sends('number'), elsewhere('integer')).length, 1)
})

test('a range that is passed, and one that nobody has seen, break a contract', () => {
  const regression: Signature = { inputs: signature.inputs }
  const asked = { outputs: [{ name: 'prediction', type: 'number' as const, min: 0, max: 10 }] }
  assert.deepEqual(contractBreaks(asked, regression), ['the range of prediction is not known'])
  const seen = (min: number, max: number) => ({ prediction: { min, max } })
  assert.deepEqual(contractBreaks(asked, regression, seen(0, 10)), [])
  assert.deepEqual(contractBreaks(asked, regression, seen(-1, 11)), [
    'prediction goes down to -1, below 0',
    'prediction goes up to 11, above 10',
  ])
})

test('of a model whose signature is not known, nothing can be relied on', () => {
  assert.deepEqual(contractBreaks(contract, { inputs: [] }), [
    'the inputs of the version are not known',
    'the outputs of the version are not known',
  ])
})

test('many inputs that are not sent, or gone, are one sentence with the first names', () => {
  const inputs = Array.from({ length: 30 }, (_, index) => ({
    ...{ name: `pixel${index}`, type: 'number' as const, optional: false },
  }))
  assert.deepEqual(contractBreaks(contract, { ...signature, inputs }), [
    'it needs the inputs pixel0, pixel1, pixel2, pixel3, pixel4 and 25 more, which are not sent',
    'it has no inputs age, weight any more',
  ])
})
