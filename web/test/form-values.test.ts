import { expect, test } from 'vitest'
import { checkForm, exampleValues, rangeWarning } from '../pages/endpoints/form-values.ts'
import { snippetsOf } from '../pages/endpoints/snippets.ts'
import { signature } from './fixtures.ts'

test('an empty optional field is sent as missing, an empty required one is an error', () => {
  const { row, errors } = checkForm(signature, { Ward: 'north' })
  expect(row).toEqual({ Glucose: null, Ward: 'north' })
  expect(Object.keys(errors)).toEqual(['Age'])
})

test('a whole number is asked for where the model reads one', () => {
  expect(checkForm(signature, { Age: '40.5' }).errors.Age).toMatch(/whole number/)
  expect(checkForm(signature, { Age: 'old' }).errors.Age).toMatch(/not a number/)
})

test('a value outside what training saw is a warning, not an error', () => {
  const [glucose] = signature.inputs
  expect(glucose && rangeWarning(glucose, '250')).toMatch(/Above all training data/)
  expect(glucose && rangeWarning(glucose, '100')).toBeUndefined()
  expect(checkForm(signature, { Glucose: '250' }).errors.Glucose).toBeUndefined()
})

test('the example is the version’s own row, else means and first categories', () => {
  expect(exampleValues(signature)).toEqual({ Glucose: '121.7', Age: '33', Ward: 'north' })
  expect(exampleValues(signature, { Age: 50 }).Age).toBe('50')
})

test('the snippet of the Open Inference Protocol has one tensor an input, in order', () => {
  const [infer] = snippetsOf('http://h', 'my end', signature, { Glucose: 1.5, Age: 2, Ward: "o'n" })
  expect(infer?.code).toContain('http://h/v2/models/my%20end/infer')
  expect(infer?.code).toContain(String.raw`o'\''n`)
  const json =
    infer?.code
      .split("-d '")[1]
      ?.slice(0, -1)
      .replaceAll(String.raw`'\''`, "'") ?? ''
  expect(JSON.parse(json)).toEqual({
    inputs: [
      { name: 'Glucose', shape: [1], datatype: 'FP64', data: [1.5] },
      { name: 'Age', shape: [1], datatype: 'INT64', data: [2] },
      { name: 'Ward', shape: [1], datatype: 'BYTES', data: ["o'n"] },
    ],
  })
})
