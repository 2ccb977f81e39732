import assert from 'node:assert/strict'
import { test } from 'node:test'
import { namedValues } from '../../src/app/steps/named-values.ts'

const files = (of: Record<string, Record<string, number>>) =>
  new Map(Object.entries(of).map(([file, values]) => [file, new Map(Object.entries(values))]))

test('a metric that two files have bears its file in every row, also where a row lacks one of the files', () => {
  const both = files({ 'a.json': { loss: 1, only: 3 }, 'b.json': { loss: 2 } })
  const one = files({ 'b.json': { loss: 4 } })
  const named = namedValues([both, one])
  assert.deepEqual(named(both), { 'a.json:loss': 1, only: 3, 'b.json:loss': 2 })
  assert.deepEqual(named(one), { 'b.json:loss': 4 })
})
