import { TidemillError } from '#contract'
import type { Column, Row, Value } from './column.ts'
import { inferColumn } from './make-column.ts'
import { tableFromRows, tableOf } from './make-table.ts'
import { numbersOf, textsOf, valueAt } from './read-column.ts'
import { takeColumn } from './take-rows.ts'
import type { Table } from './table.ts'

export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name)
}

/** The column of that name; a name that is not there is the caller's data being wrong, and says what there is. */
export function column(table: Table, name: string): Column {
  const found = findColumn(table, name)
  if (found) return found
  const names = table.columns.map((each) => each.name).join(', ')
  throw new TidemillError('schema_mismatch', {
    problem: `there is no column ${name}; there are ${names}.`,
  })
}

export function columnText(table: Table, name: string): (string | null)[] {
  return textsOf(column(table, name))
}

export function select(table: Table, names: readonly string[]): Table {
  return tableOf(names.map((name) => column(table, name)))
}

export function drop(table: Table, names: readonly string[]): Table {
  return tableOf(table.columns.filter((each) => !names.includes(each.name)))
}

/** Puts a column in the place of the one with its name, or at the end. */
export function withColumn(table: Table, added: Column): Table {
  const at = table.columns.findIndex((each) => each.name === added.name)
  return tableOf(at < 0 ? [...table.columns, added] : table.columns.with(at, added))
}

export function take(table: Table, rows: ArrayLike<number>): Table {
  const taken = tableOf(table.columns.map((each) => takeColumn(each, rows)))
  // Without columns there is nothing that says how many rows there are.
  return table.columns.length === 0 ? { ...taken, length: rows.length } : taken
}

export function slice(table: Table, start: number, end: number = table.length): Table {
  const from = Math.max(0, Math.min(start, table.length))
  const to = Math.max(from, Math.min(end, table.length))
  return take(
    table,
    Array.from({ length: to - from }, (_, i) => from + i),
  )
}

export function filter(table: Table, keep: (row: number) => boolean): Table {
  const rows: number[] = []
  for (let row = 0; row < table.length; row++) if (keep(row)) rows.push(row)
  return take(table, rows)
}

/** Rows of both, one after the other. Columns are paired by name; one that is absent from a table is missing there. */
export function concat(first: Table, second: Table): Table {
  const names = [...new Set([...first.columns, ...second.columns].map((each) => each.name))]
  return tableOf(
    names.map((name) => {
      const upper = findColumn(first, name)
      const lower = findColumn(second, name)
      const values = [...valuesOf(upper, first.length), ...valuesOf(lower, second.length)]
      return keepType(upper ?? lower, inferColumn(name, values), values)
    }),
  )
}

function valuesOf(from: Column | undefined, length: number): readonly Value[] {
  return Array.from({ length }, (_, row) => (from ? valueAt(from, row) : null))
}

/** Whole numbers appended to a column of doubles stay doubles, and where nothing is known the type is as it was. */
function keepType(before: Column | undefined, inferred: Column, values: readonly Value[]): Column {
  if (before && values.every((value) => value === null)) {
    const { name, type } = before
    const categories = type === 'category' ? { categories: before.dictionary } : {}
    const empty = values.map(() => ({}))
    return column(
      tableFromRows(empty, { fields: [{ name, type, nullable: true, ...categories }] }),
      name,
    )
  }
  if (before?.type === 'number' && inferred.type === 'integer') {
    const numbers = Float64Array.from(values, (value) => (value === null ? NaN : Number(value)))
    const { name, length, validity } = inferred
    return { name, length, type: 'number', values: numbers, ...(validity ? { validity } : {}) }
  }
  if (before?.type === 'category' && inferred.type === 'string') {
    return { ...inferred, type: 'category' }
  }
  return inferred
}

export function rowAt(table: Table, row: number): Row {
  return Object.fromEntries(table.columns.map((each) => [each.name, valueAt(each, row)]))
}

export function rowsOf(table: Table): Row[] {
  return Array.from({ length: table.length }, (_, row) => rowAt(table, row))
}

/** Numeric columns side by side, row by row, NaN where missing. */
export interface Matrix {
  readonly data: Float64Array
  readonly rows: number
  readonly columns: number
}

export function numericMatrix(table: Table, names: readonly string[]): Matrix {
  const data = new Float64Array(table.length * names.length)
  names.forEach((name, j) => {
    const numbers = numbersOf(column(table, name))
    if (!numbers) {
      throw new TidemillError('schema_mismatch', {
        problem: `column ${name} holds texts, not numbers.`,
      })
    }
    for (let i = 0; i < table.length; i++) data[i * names.length + j] = numbers[i] ?? NaN
  })
  return { data, rows: table.length, columns: names.length }
}
