import {
  bool,
  columnFromArray,
  dictionary,
  float64,
  int64,
  tableFromColumns,
  tableFromIPC,
  tableToIPC,
  timestamp,
  TimeUnit,
  Type,
  utf8,
} from '@uwdata/flechette'
import type { Column, Value } from './column.ts'
import { inferColumn, numberColumn, stringColumn, timestampColumn } from './make-column.ts'
import { tableOf } from './make-table.ts'
import { textsOf, valueAt } from './read-column.ts'
import type { Table } from './table.ts'

/** The table as an Arrow IPC file. */
export function tableToArrow(table: Table): Uint8Array {
  const columns = table.columns.map((column) => [column.name, arrowColumn(column)] as const)
  const bytes = tableToIPC(tableFromColumns(Object.fromEntries(columns)), { format: 'file' })
  if (!bytes) throw new Error('the Arrow writer returned nothing')
  return bytes
}

function arrowColumn(column: Column) {
  switch (column.type) {
    case 'number':
      return columnFromArray(plain(column), float64())
    case 'integer':
      return columnFromArray(
        plain(column).map((value) => (value === null ? null : BigInt(value as number))),
        int64(),
      )
    case 'boolean':
      return columnFromArray(plain(column), bool())
    case 'timestamp':
      return columnFromArray(
        plain(column).map((value) => (value === null ? null : (value as Date).getTime())),
        timestamp(TimeUnit.MICROSECOND, 'UTC'),
      )
    case 'string':
    case 'category':
      return columnFromArray(textsOf(column), dictionary(utf8()))
  }
}

function plain(column: Column): Value[] {
  return Array.from({ length: column.length }, (_, row) => valueAt(column, row))
}

/** A table from an Arrow IPC file or stream. */
export function tableFromArrow(bytes: Uint8Array): Table {
  const arrow = tableFromIPC(bytes, { useBigInt: true })
  return tableOf(
    arrow.schema.fields.map((field, index) => {
      const values = [...arrow.getChildAt(index)] as unknown[]
      switch (field.type.typeId) {
        case Type.Float:
          return numberColumn(field.name, values as (number | null)[])
        case Type.Timestamp:
          return timestampColumn(
            field.name,
            values.map((value) => (value === null ? null : new Date(Number(value)))),
          )
        case Type.Utf8:
        case Type.Dictionary:
          return stringColumn(field.name, values as (string | null)[])
        default:
          return inferColumn(field.name, values as Value[])
      }
    }),
  )
}
