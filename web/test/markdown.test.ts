import { expect, test } from 'vitest'
import { marked } from 'marked'
import { cleanHtml } from '../design/markdown.tsx'
import { plainText } from '../design/plain-text.ts'

test('nothing that people write as Markdown can run or load from elsewhere', () => {
  const text = [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '[click](javascript:alert(1))',
    '<a href="https://example.org" onclick="alert(1)">out</a>',
    '<form action=/x><input name=q></form>',
    '<style>body{display:none}</style>',
  ].join('\n\n')
  const html = cleanHtml(marked.parse(text, { async: false }))
  expect(html).not.toMatch(/script|onerror|onclick|javascript:|<img|<form|<input|<style/)
  expect(html).toContain('href="https://example.org"')
})

test('a table without a header is no table header to a screen reader', () => {
  const html = cleanHtml(marked.parse('| | |\n|---|---|\n| rows | 768 |', { async: false }))
  expect(html).not.toContain('<th>')
  expect(html).toContain('768')
})

test('in a list Markdown is one line without its marks', () => {
  const text =
    '# Tumours\n\nWhich _forest_ finds **malignant** ones?\n\n- data: `val_f1`\n- [more](https://example.org)'
  expect(plainText(text)).toBe('Tumours Which forest finds malignant ones? data: val_f1 more')
})
