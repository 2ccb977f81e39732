import { expect, test } from 'vitest'
import * as format from '../design/format.ts'

test('a number keeps its significant digits, and far ends go to powers of ten', () => {
  expect(format.formatNumber(0.58912345)).toBe('0.5891')
  expect(format.formatNumber(3412)).toBe('3,412')
  expect(format.formatNumber(0.0000012)).toBe('1.2E-6')
  expect(format.formatNumber(0)).toBe('0')
  expect(format.formatNumber(Number.NaN)).toBe('NaN')
  expect(format.formatNumber(-Infinity)).toBe('−∞')
})

test('a time is told in the largest unit that fits', () => {
  const now = Date.UTC(2026, 10, 24, 12)
  expect(format.formatAgo(now - 2000, now)).toBe('just now')
  expect(format.formatAgo(now - 40_000, now)).toBe('40 seconds ago')
  expect(format.formatAgo(now - 90 * 60_000, now)).toBe('1 hour ago')
  expect(format.formatAgo(now - 25 * 3_600_000, now)).toBe('yesterday')
  expect(format.formatAgo(now + 3 * 86_400_000, now)).toBe('in 3 days')
})

test('bytes go in steps of a thousand', () => {
  expect(format.formatBytes(23)).toBe('23 B')
  expect(format.formatBytes(23_105)).toBe('23.1 kB')
  expect(format.formatBytes(1_234_567_890)).toBe('1.23 GB')
})

test('a share too small for a tenth of a percent is not shown as nothing', () => {
  expect(format.formatPercent(0.0004)).toBe('< 0.1%')
  expect(format.formatPercent(0)).toBe('0%')
  expect(format.formatPercent(0.7142)).toBe('71.4%')
})

test('a duration and a size that round up to the next unit are told in that unit', () => {
  expect(format.formatDuration(59_970)).toBe('1 min 0 s')
  expect(format.formatDuration(119_700)).toBe('2 min 0 s')
  expect(format.formatDuration(999.7)).toBe('1.0 s')
  expect(format.formatBytes(999_600)).toBe('1.00 MB')
})
