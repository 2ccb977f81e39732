import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations, type Rule } from '#contract'
import { validate } from '#quality'
import { seeded } from '#stats'
import { stringColumn, tableOf } from '#table'
import { openedProject } from '../support/home.ts'
import { withCode } from '../auth/support/open-test-auth.ts'

const rule = (pattern: string): Rule => ({
  ...{ check: 'matches', columns: ['name'], pattern, severity: 'error' },
})

test('an ordinary pattern is followed over a column of any length', () => {
  const names = Array.from({ length: 200_000 }, (_, i) => `A name of thirty-five letters, ${i}`)
  const table = tableOf([stringColumn('name', [...names, 'a;b'])])
  const [result] = validate(table, [rule('^[\\w .,-]{1,100}$')]).results
  assert.deepEqual(
    [result?.violations, result?.examples, result?.problem],
    [1, [{ row: 200_000, value: 'a;b' }], undefined],
  )
})

test('a rule that cannot be followed is broken and says why, and the others are checked', () => {
  const random = seeded(5)
  const text = Array.from({ length: 60_000 }, () => (random() < 0.5 ? 'a' : 'b')).join('')
  const table = tableOf([stringColumn('name', [text])])
  const rules = [rule('(?=a)'), rule('(a|b)*a(a|b){200}c'), rule('a')]
  const { passed, results } = validate(table, rules)
  assert.equal(passed, false)
  assert.deepEqual(
    results.map((each) => each.passed),
    [false, false, true],
  )
  assert.match(results[0]?.problem ?? '', /looking around is not offered/)
  assert.match(results[1]?.problem ?? '', /takes too long/)
})

test('a pattern that cannot be followed is refused when it is set, and ends no import where it was set before', async (t) => {
  const { app, caller } = await openedProject(t)
  const csv = (text: string) => new TextEncoder().encode(text)
  const file = { name: 'd', file: 'd.csv' }
  await caller.call(operations.datasets.import, file, csv('name\nada\n'))
  const set = { name: 'd', rules: [rule('(?=a)')] }
  await assert.rejects(caller.call(operations.datasets.rules, set), withCode('bad_request'))
  const { lake } = await app.project('default')
  await lake.describe('d', { rules: set.rules })
  const { version } = await caller.call(operations.datasets.import, file, csv('name\nbob\n'))
  assert.equal(version.validation?.passed, false)
  assert.match(version.validation.results[0]?.problem ?? '', /cannot be followed/)
})
