import { floatText, reprText } from '../values/python-text.ts'
import { isList, isMap, type Value } from '../values/value.ts'
import type { ValueChangeRow } from './value-diff.ts'

export interface TextTable {
  readonly headers: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface DiffTableOptions {
  /** What the second column is called. */
  readonly what: 'Metric' | 'Param'
  readonly from: string
  readonly to: string
  /** A last column with the differences of numbers. */
  readonly change?: boolean
  /** Leaves the first column out. */
  readonly noPath?: boolean
  readonly precision?: number
}

/** Changes as DVC's table has them. */
export function diffTable(rows: readonly ValueChangeRow[], options: DiffTableOptions): TextTable {
  const { what, from, to, change, noPath, precision } = options
  const text = (value: Value | undefined) => valueText(value, precision)
  return {
    headers: [...(noPath ? [] : ['Path']), what, from, to, ...(change ? ['Change'] : [])],
    rows: rows.map((row) => [
      ...(noPath ? [] : [row.file]),
      row.key,
      text(row.old),
      text(row.new),
      ...(change ? [text(row.diff)] : []),
    ]),
  }
}

/** A value in a cell: floats to so many significant digits, `-` for nothing. */
export function valueText(value: Value | undefined, precision = 5): string {
  if (value === undefined || value === null) return '-'
  if (typeof value === 'number') return generalText(value, precision)
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (isList(value) || isMap(value)) return reprText(rounded(value, precision))
  return String(value)
}

function rounded(value: Value, precision: number): Value {
  if (typeof value === 'number') return Number(generalText(value, precision))
  if (isList(value)) return value.map((each) => rounded(each, precision))
  if (isMap(value)) return new Map([...value].map(([key, each]) => [key, rounded(each, precision)]))
  return value
}

/** Python's `%g`: so many significant digits, no zeros at the end, an exponent where the number is very small or large. */
function generalText(value: number, precision: number): string {
  if (!Number.isFinite(value) || Object.is(value, -0)) return floatText(value).replace('-0.0', '-0')
  if (value === 0) return '0'
  const digits = Math.max(1, precision)
  const [mantissa = '0', exponentText = '0'] = value.toExponential(digits - 1).split('e')
  const exponent = Number(exponentText)
  const trimmed = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)
  if (exponent < -4 || exponent >= digits) {
    const sign = exponent < 0 ? '-' : '+'
    return `${trimmed(mantissa)}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  return trimmed(value.toFixed(digits - 1 - exponent))
}

/** A table in GitHub's Markdown, padded as DVC pads it. */
export function markdownTable({ headers, rows }: TextTable): string {
  const widths = headers.map((header, index) =>
    Math.max(header.length + 2, ...rows.map((row) => (row[index] ?? '').length)),
  )
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [line(headers), rule, ...rows.map(line), ''].join('\n')
}
