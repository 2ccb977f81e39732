import { expect, test } from 'vitest'
import {
  comparatorsFor,
  placeAt,
  putIn,
  writeKey,
  writeText,
} from '../pages/run-table/query/complete.ts'
import { filterOf } from '../pages/run-table/query/plain-words.ts'

/** The caret is where the bar is. */
function at(text: string) {
  const caret = text.indexOf('|')
  return placeAt(text.replace('|', ''), caret)
}

test('a filter is completed by what may stand at the caret', () => {
  const cases: readonly (readonly [string, string, string, string | undefined])[] = [
    ['|', 'subject', '', undefined],
    ['metrics.f|', 'subject', 'metrics.f', undefined],
    ['metrics.f1 |', 'comparator', '', 'metrics.f1'],
    ['metrics.f1 > |', 'value', '', 'metrics.f1'],
    ["params.lr = 'ad|", 'value', "'ad", 'params.lr'],
    ["params.lr = 'adam' |", 'connector', '', 'params.lr'],
    ["params.lr = 'adam' an|", 'connector', 'an', 'params.lr'],
    ["params.lr = 'adam' AND |", 'subject', '', undefined],
    ['(metrics.a > 1 OR |', 'subject', '', undefined],
    ['not met|', 'subject', 'met', undefined],
    ["status IN ('a', |", 'value', '', 'status'],
    ["status IN ('a') |", 'connector', '', 'status'],
    ['params.lr IS NULL |', 'connector', '', 'params.lr'],
    ['metrics.`val loss` |', 'comparator', '', 'metrics.`val loss`'],
  ]
  for (const [text, expects, written, of] of cases) {
    const place = at(text)
    expect([place.expects, place.written, place.of], text).toEqual([expects, written, of])
  }
})

test('a choice takes the place of the word at the caret and leaves the caret behind it', () => {
  const place = placeAt('metrics.f AND status = 1', 9)
  expect(putIn('metrics.f AND status = 1', place, { text: 'metrics.f1', label: 'f1' })).toEqual({
    text: 'metrics.f1 AND status = 1',
    caret: 11,
  })
})

test('metrics and times are compared by size, texts by likeness', () => {
  expect(comparatorsFor('metrics.f1').map((each) => each.text)).toContain('>=')
  expect(comparatorsFor('duration').map((each) => each.text)).not.toContain('LIKE')
  expect(comparatorsFor('params.k').map((each) => each.text)).toContain('IS NULL')
})

test('keys that are no word stand in backticks, and quotes of a value are doubled', () => {
  expect(writeKey('metrics', 'val/loss')).toBe('metrics.val/loss')
  expect(writeKey('metrics', 'val loss')).toBe('metrics.`val loss`')
  expect(writeText("it's")).toBe("'it''s'")
})

test('plain words are a part of a run’s name, and what names a column or compares is a filter as it stands', () => {
  const cases: readonly (readonly [string, string])[] = [
    [' run-12 ', "run_name ILIKE '%run-12%'"],
    ["ada's best (2)", "run_name ILIKE '%ada''s best (2)%'"],
    ['insight', "run_name ILIKE '%insight%'"],
    ['', ''],
    ['metrics.f1 > 0.6', 'metrics.f1 > 0.6'],
    ['metrics.f1', 'metrics.f1'],
    ["status IN ('failed')", "status IN ('failed')"],
    ['(params.`a b`', '(params.`a b`'],
    ['params.lr is null', 'params.lr is null'],
  ]
  for (const [text, filter] of cases) expect(filterOf(text), text).toBe(filter)
})
