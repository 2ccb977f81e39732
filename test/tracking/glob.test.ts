import assert from 'node:assert/strict'
import { test } from 'node:test'
import { globOf } from '../../src/tracking/organise/glob.ts'

test('a star stands for any text, the empty one too, and everything else for itself', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['a', ['a'], ['', 'aa', 'b']],
    ['*', ['', 'a', 'a/b\nc'], []],
    ['a*', ['a', 'ab'], ['ba', '']],
    ['*a', ['a', 'ba'], ['ab']],
    ['a*a', ['aa', 'aba'], ['a', 'ab']],
    ['a*b*c', ['abc', 'a-b-c', 'abbc', 'abcbc'], ['acb', 'ac']],
    ['team/*', ['team/x', 'team/x/y'], ['team', 'teams/x']],
    ['**', ['', 'x'], []],
    ['a.c', ['a.c'], ['abc']],
  ]
  for (const [pattern, fits, others] of cases) {
    for (const name of fits) assert.equal(globOf(pattern)(name), true, `${pattern} ${name}`)
    for (const name of others) assert.equal(globOf(pattern)(name), false, `${pattern} ${name}`)
  }
})

test('a pattern of many stars is answered at once, however much of it a long name has', () => {
  const start = performance.now()
  assert.equal(globOf(`${'*a'.repeat(60)}*b`)('a'.repeat(500)), false)
  assert.ok(performance.now() - start < 1000)
})
