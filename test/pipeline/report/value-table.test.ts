import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markdownTable, valueText } from '#pipeline'

test('floats show five significant digits as Python’s %g writes them', () => {
  // recorded from Python 3.11: '%.5g' % x
  const recorded: readonly (readonly [number, string])[] = [
    [0.1, '0.1'],
    [1 / 3, '0.33333'],
    [123456.789, '1.2346e+05'],
    [100000, '1e+05'],
    [99999.4, '99999'],
    [0.0001, '0.0001'],
    [0.00001234567, '1.2346e-05'],
    [1, '1'],
    [0, '0'],
    [-0.15, '-0.15'],
    [Infinity, 'inf'],
  ]
  for (const [value, text] of recorded) assert.equal(valueText(value), text)
  assert.equal(valueText(123456n), '123456')
  assert.equal(valueText([1n, 0.123456789, 'x']), "[1, 0.12346, 'x']")
  assert.equal(valueText(undefined), '-')
  assert.equal(valueText(true), 'True')
})

test('a table in Markdown is padded as DVC pads it', () => {
  // recorded from DVC 3.67.1: dvc metrics show --md
  assert.equal(
    markdownTable({ headers: ['Path', 'acc', 'n'], rows: [['m.json', '0.5', '1']] }),
    '| Path   | acc   | n   |\n|--------|-------|-----|\n| m.json | 0.5   | 1   |\n',
  )
})
