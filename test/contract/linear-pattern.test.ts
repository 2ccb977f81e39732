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
    '\\b',
    '\\B',
    '\\x61',
    '[\\x61-\\u0062]',
    '\\p{L}',
    '\\P{Lu}',
  ]
  const ends = ['', '*', '+', '?', '{2}', '{1,3}', '{0,}', '*?', '+?', '??', '{1,3}?']
  const pick = (from: readonly string[]): string => from[integerBelow(from.length, random)] ?? ''
  const row = (): string =>
    Array.from({ length: 1 + integerBelow(4, random) }, () => {
      const atom = pick(atoms)
      return /^\\[bB]$/.test(atom) ? atom : atom + pick(ends)
    }).join('')
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
    '\\x4',
    '\\p{None}',
    '[a-\\d]',
    'a++',
    'a{9,1}',
    'a{1001}',
    'a{00019}',
    'a{10009}',
    'a{1x',
    '{2}',
    '(|{2})',
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
  // Which of the last 200 letters were an a: there are more such places than anybody can remember.
  const costly = '(a|b)*a(a|b){200}c'
  const random = seeded(5)
  const text = Array.from({ length: 40_000 }, () => (random() < 0.5 ? 'a' : 'b')).join('')
  const begin = performance.now()
  assert.throws(() => linearPattern(costly)(text), BadPattern)
  const effort = { left: 1_000_000 }
  const isIn = linearPattern(costly)
  assert.throws(() => {
    for (let row = 0; row < 1000; row++) isIn(text.slice(row * 30, row * 30 + 300), effort)
  }, BadPattern)
  assert.ok(performance.now() - begin < 10_000)
})

test('an ordinary pattern costs as much over a million texts as over a few', () => {
  const patterns = ['^[\\w .,-]{1,100}$', '^.{1,255}$', '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,10}$']
  for (const pattern of patterns) {
    const effort = { left: 200_000 }
    const isIn = linearPattern(pattern)
    for (let i = 0; i < 100_000; i++)
      isIn(`Somebody, ${i}. in a row - ${i * 7}@example.org`, effort)
    assert.ok(effort.left > 0, pattern)
  }
})

test('a search takes only what both databases read in the same way', () => {
  const own = [
    '\\ba',
    '\\x41',
    '\\p{L}',
    'a{201}',
    '^*a',
    '[[:alpha:]]',
    '[[.a]',
    '[\\W]',
    '[\\d-z]',
    '[a-c-e]',
  ]
  for (const pattern of own) {
    assert.throws(() => linearPattern(pattern, { isShared: true }), BadPattern, pattern)
    linearPattern(pattern)
  }
})
