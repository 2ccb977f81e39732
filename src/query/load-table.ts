import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBDataChunk,
  TIMESTAMP,
  DuckDBTimestampValue,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api'
import { identifier } from '#store'
import { isMissing, type Column, type Table } from '#table'

const chunkRows = 2048

/** Makes a temporary table of the engine out of a table. */
export async function loadTable(
  connection: DuckDBConnection,
  name: string,
  table: Table,
): Promise<void> {
  const types = table.columns.map(typeOf)
  const columns = table.columns.map((column, i) => `${identifier(column.name)} ${String(types[i])}`)
  await connection.run(`create temp table ${identifier(name)} (${columns.join(', ')})`)
  const appender = await connection.createAppender(name, null, 'temp')
  for (let start = 0; start < table.length; start += chunkRows) {
    const rows = Math.min(chunkRows, table.length - start)
    const chunk = DuckDBDataChunk.create(types, rows)
    chunk.setColumns(table.columns.map((column) => valuesOf(column, start, rows)))
    appender.appendDataChunk(chunk)
  }
  appender.closeSync()
}

function typeOf(column: Column): DuckDBType {
  switch (column.type) {
    case 'number':
      return DOUBLE
    case 'integer':
      return BIGINT
    case 'boolean':
      return BOOLEAN
    case 'timestamp':
      return TIMESTAMP
    case 'string':
    case 'category':
      return VARCHAR
  }
}

function valuesOf(column: Column, start: number, rows: number): DuckDBValue[] {
  return Array.from({ length: rows }, (_, i) =>
    isMissing(column, start + i) ? null : engineValue(column, start + i),
  )
}

function engineValue(column: Column, row: number): DuckDBValue {
  switch (column.type) {
    case 'number':
    case 'integer':
      return column.values[row] ?? null
    case 'boolean':
      return column.values[row] === 1
    case 'timestamp':
      return new DuckDBTimestampValue(column.values[row] ?? 0n)
    case 'string':
    case 'category':
      return column.dictionary[column.codes[row] ?? 0] ?? null
  }
}
