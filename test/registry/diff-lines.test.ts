import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { diffLines } from '../../src/registry/diff-lines.ts'

test('the kept and the gone lines are the old text, the kept and the new lines are the new one', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
    .map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, (from, to) => {
      const lines = diffLines(from, to)
      const without = (mark: string): string =>
        lines
          .filter((line) => line.mark !== mark)
          .map((line) => line.text)
          .join('\n')
      assert.equal(without('+'), from)
      assert.equal(without('-'), to)
    }),
  )
})

test('as many lines are kept as a longest common subsequence has', () => {
  // Myers (1986), An O(ND) difference algorithm, figure 1: ABCABBA and CBABAC have four in common.
  const kept = diffLines('a\nb\nc\na\nb\nb\na', 'c\nb\na\nb\na\nc').filter(
    (line) => line.mark === ' ',
  )
  assert.equal(kept.length, 4)
})

test('texts of thousands of lines with nothing in common are told without waiting', () => {
  const lines = (word: string): string =>
    Array.from({ length: 5000 }, (_, i) => `${word} ${i}`).join('\n')
  assert.equal(diffLines(lines('old'), lines('new')).length, 10_000)
})
