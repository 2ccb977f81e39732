import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { test } from 'node:test'
import fc from 'fast-check'
import { joinArguments, splitArguments } from '#contract'

/** What a real shell takes a line for. */
function shell(line: string): readonly string[] {
  const said = execFileSync('sh', ['-c', `for each in ${line}; do printf '%s\\0' "$each"; done`])
  return said.toString().split('\0').slice(0, -1)
}

test('arguments that are written as a line are read from it again, by this program and by a shell', () => {
  const word = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))
  fc.assert(
    fc.property(fc.array(word), (words) => {
      assert.deepEqual(splitArguments(joinArguments(words)), words)
    }),
  )
  const words = [
    '--alpha',
    '0.5',
    '',
    "it's",
    'a  b',
    '$HOME',
    '`id`',
    '*',
    'x;y',
    '"',
    '\\',
    'ö\n',
  ]
  assert.deepEqual(shell(joinArguments(words)), words)
  assert.equal(joinArguments(['--alpha', '0.5', 'a b']), "--alpha 0.5 'a b'")
})

test('quotes and backslashes in a line of arguments mean what they mean to a shell, and nothing else means anything', () => {
  for (const line of [
    String.raw`--alpha 0.5   --name "two words" 'and more'`,
    String.raw`a"b c"'d e'f g\ h "\"\\" "\n" '\' "" ''`,
  ]) {
    assert.deepEqual(splitArguments(line), shell(line), line)
  }
  assert.deepEqual(splitArguments('$HOME `id` *.py a;b > c'), [
    ...['$HOME', '`id`', '*.py', 'a;b', '>', 'c'],
  ])
  assert.deepEqual(splitArguments(' \t\n'), [])
  for (const open of ['"a', "b 'c", 'd\\']) assert.equal(splitArguments(open), undefined, open)
})
