import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BadPattern, linearPattern } from '#contract'
import { integerBelow, seeded } from '#stats'

test('a pattern finds in a text what JavaScript’s own engine finds in it', () => {
  const random = seeded(21)
  const atoms = [
    'a',
    'b',
    '.',
    '[ab]',
    '[^a]',
    '\\d',
    '\\w',
    '(a|b)',
    '(?:ab)',
    '[a-c]',
    '\\.',
    'é',
  ]
  const ends = ['', '*', '+', '?', '{2}', '{1,3}', '{0,}']
  const pick = (from: readonly string[]): string => from[integerBelow(from.length, random)] ?? ''
  const row = (): string =>
    Array.from({ length: 1 + integerBelow(4, random) }, () => pick(atoms) + pick(ends)).join('')
  const text = (): string =>
    Array.from({ length: integerBelow(10, random) }, () =>
      pick(['a', 'b', 'c', '1', '.', '\n', 'é']),
    ).join('')
  for (let round = 0; round < 1000; round++) {
    const ways = Array.from({ length: 1 + integerBelow(3, random) }, row).join('|')
    const pattern = `${pick(['', '^'])}(${ways})${pick(['', '$'])}`
    const [ours, theirs] = [linearPattern(pattern), new RegExp(pattern, 'u')]
    for (let i = 0; i < 5; i++) {
      const given = text()
      assert.equal(ours(given), theirs.test(given), `${pattern} in ${JSON.stringify(given)}`)
    }
  }
})

test('patterns that keep a backtracking engine busy for ever take no time', () => {
  const text = `${'a'.repeat(5000)}!`
  for (const pattern of [
    '^(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '^(.*)*$',
    '(a*)*b',
    '^(([a-z])+.)+[A-Z]$',
  ]) {
    const begin = performance.now()
    linearPattern(pattern)(text)
    assert.ok(performance.now() - begin < 20_000, pattern)
  }
})

test('what cannot be read, looks around, refers back or repeats without end is refused', () => {
  const bad = [
    '(',
    ')',
    '[a',
    'a**',
    '*a',
    '(?=a)',
    '(?<!a)b',
    '(a)\\1',
    '\\',
    'a{9,1}',
    'a{999}',
    '[z-a]',
    '((a{200}){200}){200}',
    // Of nothing, repeated: it would write no step, 200 times 200 times 200 times.
    '(((((){200}){200}){200}){200}){200}',
    '(((|){200}|){200}){200}',
    'x'.repeat(501),
    '('.repeat(60) + ')'.repeat(60),
  ]
  for (const pattern of bad) assert.throws(() => linearPattern(pattern), BadPattern, pattern)
})

test('what a pattern costs on long and on many texts has a limit, and is said when it is reached', () => {
  const text = 'a'.repeat(5000)
  const costly = linearPattern('(a?){200}(a?){200}(a?){200}b')
  const begin = performance.now()
  assert.throws(() => costly(text.repeat(4)), BadPattern)
  const effort = { left: 1_000_000 }
  assert.throws(() => {
    for (let row = 0; row < 1000; row++) linearPattern('^(a+)+$')(text, effort)
  }, BadPattern)
  assert.ok(performance.now() - begin < 5_000)
})
