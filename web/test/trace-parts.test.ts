import { expect, test } from 'vitest'
import type { SpanLine } from '#contract'
import { diffLines } from '../pages/prompts/text-diff.ts'
import { readAnswer } from '../pages/traces/read-answer.ts'
import { openLines, spanTree } from '../pages/traces/span-tree.ts'

function span(id: string, parent: string | undefined, start: number): SpanLine {
  const line = { id, name: id, start, duration: 1, state: 'ok' } as const
  return parent === undefined ? line : { ...line, parent }
}

test('spans stand under what began them, by time; one without its parent, or in a ring, stands at the top', () => {
  const tree = spanTree([
    span('a', undefined, 0),
    span('b', 'a', 1),
    span('c', 'b', 2),
    span('d', 'a', 3),
    span('lost', 'gone', 4),
    span('x', 'y', 5),
    span('y', 'x', 6),
  ])
  expect(tree.map(({ span: { id }, depth, below }) => [id, depth, below])).toEqual([
    ['a', 0, 3],
    ['b', 1, 1],
    ['c', 2, 0],
    ['d', 1, 0],
    ['lost', 0, 0],
    ['x', 0, 1],
    ['y', 1, 0],
  ])
  const ids = (closed: readonly string[]) =>
    openLines(tree, new Set(closed)).map((line) => line.span.id)
  expect(ids(['b'])).toEqual(['a', 'b', 'd', 'lost', 'x', 'y'])
  expect(ids(['a', 'x'])).toEqual(['a', 'lost', 'x'])
})

test('twenty thousand spans, each under the one before, are a tree', () => {
  const count = 20_000
  const spans = Array.from({ length: count }, (_, i) =>
    span(String(i), i === 0 ? undefined : String(i - 1), i),
  )
  const tree = spanTree(spans)
  expect(tree.at(-1)?.depth).toBe(count - 1)
  expect(tree[0]?.below).toBe(count - 1)
  expect(openLines(tree, new Set(['0'])).length).toBe(1)
})

test('a difference of two texts turns the one into the other', () => {
  const before = 'a\nb\nc\nd'
  const after = 'a\nc\nx\nd\ne'
  const lines = diffLines(before, after)
  expect(lines.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
    'same a',
    'removed b',
    'same c',
    'added x',
    'same d',
    'added e',
  ])
  const without = (kind: string) =>
    lines
      .filter((line) => line.kind !== kind)
      .map((line) => line.text)
      .join('\n')
  expect(without('added')).toBe(before)
  expect(without('removed')).toBe(after)
  expect(diffLines('same', 'same')).toEqual([{ kind: 'same', text: 'same' }])
})

test('what is typed as an assessment is a yes, a no, a number or words', () => {
  expect(['yes', 'No', 'true', '0.5', '-3', 'well done', '1 2'].map(readAnswer)).toEqual([
    true,
    false,
    true,
    0.5,
    -3,
    'well done',
    '1 2',
  ])
})
