import { TidemillError } from '#contract'
import type { Column, Row, Value } from './column.ts'
import {
  booleanColumn,
  categoryColumn,
  inferColumn,
  integerColumn,
  numberColumn,
  stringColumn,
  timestampColumn,
} from './make-column.ts'
import type { Field, Schema } from './schema.ts'
import type { Table } from './table.ts'

/** A table of columns of one length with names of their own. */
export function tableOf(columns: readonly Column[]): Table {
  const length = columns[0]?.length ?? 0
  const names = new Set<string>()
  for (const column of columns) {
    if (column.length !== length) {
      throw new RangeError(
        `${column.name} has ${column.length} rows, ${columns[0]?.name} has ${length}`,
      )
    }
    if (names.has(column.name)) throw new RangeError(`two columns are named ${column.name}`)
    names.add(column.name)
  }
  return { length, columns, schema: { fields: columns.map(fieldOf) } }
}

function fieldOf(column: Column): Field {
  return {
    name: column.name,
    type: column.type,
    nullable: column.validity !== undefined,
    ...(column.type === 'category' ? { categories: column.dictionary } : {}),
  }
}

/** A table from rows. With a schema its columns, in its types; without one, the columns of all rows in the types their values have. */
export function tableFromRows(rows: readonly Row[], schema?: Schema): Table {
  if (schema) return tableOf(schema.fields.map((field) => typedColumn(field, rows)))
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  return tableOf(
    names.map((name) =>
      inferColumn(
        name,
        rows.map((row) => row[name] ?? null),
      ),
    ),
  )
}

function typedColumn(field: Field, rows: readonly Row[]): Column {
  const { name, type } = field
  const values = rows.map((row) => row[name] ?? null)
  const as = <T>(convert: (value: Exclude<Value, null>) => T | undefined): (T | null)[] =>
    values.map((value, row) => {
      if (value === null) return null
      const converted = convert(value)
      if (converted !== undefined) return converted
      const shown = value instanceof Date ? value.toISOString() : String(value)
      throw new TidemillError('schema_mismatch', {
        problem: `row ${row} of column ${name} is "${shown}", which is no ${type}.`,
      })
    })
  switch (type) {
    case 'number':
      return numberColumn(name, as(toNumber))
    case 'integer':
      return integerColumn(name, as(toInteger))
    case 'boolean':
      return booleanColumn(
        name,
        as((value) => (typeof value === 'boolean' ? value : undefined)),
      )
    case 'timestamp':
      return timestampColumn(name, as(toDate))
    case 'string':
      return stringColumn(name, as(String))
    case 'category':
      return categoryColumn(name, as(String), field.categories ?? [])
  }
}

function toNumber(value: Exclude<Value, null>): number | undefined {
  if (typeof value === 'boolean') return undefined
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

function toInteger(value: Exclude<Value, null>): bigint | undefined {
  if (typeof value === 'bigint') return value
  const number = toNumber(value)
  return number !== undefined && Number.isInteger(number) ? BigInt(number) : undefined
}

function toDate(value: Exclude<Value, null>): Date | undefined {
  if (typeof value === 'boolean' || typeof value === 'bigint') return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}
