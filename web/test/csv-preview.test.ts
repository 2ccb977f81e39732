import { expect, test } from 'vitest'
import { previewCsv } from '../pages/datasets/csv-preview.ts'

test('the preview reads quotes, line ends of both kinds and a byte order mark', () => {
  const { columns, rows, problems } = previewCsv('\uFEFFa,b\r\n"1,5","say ""hi"""\r\n', true)
  expect(columns).toEqual(['a', 'b'])
  expect(rows).toEqual([['1,5', 'say "hi"']])
  expect(problems).toEqual([])
})

test('ragged rows, nameless and doubled columns are told before the file is sent', () => {
  const { problems } = previewCsv('a,,a\n1,2,3\n1,2\n', true)
  expect(problems).toEqual([
    'Column 2 has no name.',
    'The column “a” is there twice.',
    'Row 2 has 2 values; the header has 3.',
  ])
})

test('the last row of a part of a file is not judged', () => {
  expect(previewCsv('a,b\n1,2\n3', false).problems).toEqual([])
})

test('semicolons and tabs separate where the header has more of them', () => {
  expect(previewCsv('a;b\n1,5;2\n', true).rows).toEqual([['1,5', '2']])
  expect(previewCsv('a\tb\n1\t2\n', true).columns).toEqual(['a', 'b'])
})

test('a header without rows, and bytes of another encoding, are told', () => {
  expect(previewCsv('a,b\n', true).problems).toEqual(['There are no rows after the header.'])
  expect(previewCsv('a\n\uFFFD\n', true).problems[0]).toMatch(/UTF-8/)
})
