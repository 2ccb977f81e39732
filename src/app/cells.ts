import type { Row, Value } from '#table'

export type Cell = number | string | boolean | null

/** A row as JSON can carry it: times as ISO text, integers past 2^53 as text, missing and not-a-number as null. */
export function cellsOf(row: Row): Record<string, Cell> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, cellOf(value)]))
}

function cellOf(value: Value): Cell {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  return typeof value === 'number' && !Number.isFinite(value) ? null : value
}
