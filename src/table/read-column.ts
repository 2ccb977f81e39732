import type { Column, Value } from './column.ts'

export function isMissing(column: Column, row: number): boolean {
  return column.validity !== undefined && column.validity[row] === 0
}

export function missingCount(column: Column): number {
  if (!column.validity) return 0
  let missing = 0
  for (const bit of column.validity) if (bit === 0) missing++
  return missing
}

/** One value as JavaScript sees it. Integers come as numbers within ±2^53 and as bigints beyond. */
export function valueAt(column: Column, row: number): Value {
  if (row < 0 || row >= column.length) throw new RangeError(`row ${row} of ${column.length}`)
  if (isMissing(column, row)) return null
  switch (column.type) {
    case 'number':
      return column.values[row] ?? null
    case 'integer': {
      const value = column.values[row] ?? 0n
      const number = Number(value)
      return Number.isSafeInteger(number) ? number : value
    }
    case 'boolean':
      return column.values[row] === 1
    case 'timestamp':
      return new Date(Number((column.values[row] ?? 0n) / 1000n))
    case 'string':
    case 'category':
      return column.dictionary[column.codes[row] ?? 0] ?? null
  }
}

/** The column as doubles, NaN where it is missing; undefined when it holds texts. */
export function numbersOf(column: Column): Float64Array | undefined {
  if (!('values' in column)) return undefined
  const { values } = column
  const numbers = Float64Array.from({ length: column.length }, (_, i) => Number(values[i]))
  if (column.validity) {
    for (let i = 0; i < numbers.length; i++) if (column.validity[i] === 0) numbers[i] = NaN
  }
  return numbers
}

/** The column as texts, null where it is missing: labels are compared this way, whatever type they have. */
export function textsOf(column: Column): (string | null)[] {
  return Array.from({ length: column.length }, (_, row) => {
    const value = valueAt(column, row)
    if (value === null) return null
    return value instanceof Date ? value.toISOString() : String(value)
  })
}
