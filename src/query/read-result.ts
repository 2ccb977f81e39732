import {
  DuckDBTypeId,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBVector,
} from '@duckdb/node-api'
import { identifier } from '#store'
import {
  booleanColumn,
  codedColumn,
  integerColumn,
  numberColumn,
  tableOf,
  timestampColumn,
  type Column,
  type Table,
} from '#table'

/** Runs a select and gives its rows as a table: integers, doubles, booleans, times and texts; anything else as text. */
export async function readTable(connection: DuckDBConnection, sql: string): Promise<Table> {
  const described = await connection.prepare(sql)
  const names = Array.from({ length: described.columnCount }, (_, i) => described.columnName(i))
  const types = names.map((_, i) => described.columnType(i))
  described.destroySync()
  const casts = names.map((name, i) => castOf(identifier(name), types[i]))
  const result = await connection.stream(`select ${casts.join(', ')} from (${sql})`)
  const builders = names.map((name, i) => builderOf(name, types[i]))
  for (;;) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0) break
    for (let i = 0; i < builders.length; i++) {
      builders[i]?.add(chunk.getColumnVector(i), chunk.rowCount)
    }
  }
  return tableOf(builders.map((builder) => builder.end()))
}

type Kind = 'integer' | 'number' | 'boolean' | 'timestamp' | 'string'

function kindOf(type: DuckDBType | undefined): Kind {
  switch (type?.typeId) {
    case DuckDBTypeId.TINYINT:
    case DuckDBTypeId.SMALLINT:
    case DuckDBTypeId.INTEGER:
    case DuckDBTypeId.BIGINT:
    case DuckDBTypeId.UTINYINT:
    case DuckDBTypeId.USMALLINT:
    case DuckDBTypeId.UINTEGER:
    case DuckDBTypeId.UBIGINT:
    case DuckDBTypeId.HUGEINT:
      return 'integer'
    case DuckDBTypeId.FLOAT:
    case DuckDBTypeId.DOUBLE:
    case DuckDBTypeId.DECIMAL:
      return 'number'
    case DuckDBTypeId.BOOLEAN:
      return 'boolean'
    case DuckDBTypeId.DATE:
    case DuckDBTypeId.TIMESTAMP:
    case DuckDBTypeId.TIMESTAMP_S:
    case DuckDBTypeId.TIMESTAMP_MS:
    case DuckDBTypeId.TIMESTAMP_NS:
    case DuckDBTypeId.TIMESTAMP_TZ:
      return 'timestamp'
    default:
      return 'string'
  }
}

function castOf(name: string, type: DuckDBType | undefined): string {
  switch (kindOf(type)) {
    case 'integer':
      return `${name}::bigint as ${name}`
    case 'number':
      return `${name}::double as ${name}`
    case 'boolean':
      return name
    case 'timestamp':
      // The engine's own zone is UTC, so the cast of a zoned time keeps the instant.
      return `${name}::timestamp as ${name}`
    case 'string':
      return `${name}::varchar as ${name}`
  }
}

interface Builder {
  add(vector: DuckDBVector, rows: number): void
  end(): Column
}

/** The package declares `items` private; its public getters are four times slower. The version is pinned for this line. */
function itemsOf<A>(vector: DuckDBVector): A {
  return (vector as unknown as { readonly items: A }).items
}

function builderOf(name: string, type: DuckDBType | undefined): Builder {
  const kind = kindOf(type)
  const validity = growing<Uint8Array>((size) => new Uint8Array(size))
  switch (kind) {
    case 'number': {
      const values = growing<Float64Array>((size) => new Float64Array(size))
      return {
        add(vector, rows) {
          values.push(itemsOf<Float64Array>(vector), rows)
          validity.push(validityOf(vector, rows), rows)
        },
        end: () => numberColumn(name, values.end(), validity.end()),
      }
    }
    case 'integer':
    case 'timestamp': {
      const values = growing<BigInt64Array>((size) => new BigInt64Array(size))
      const make = kind === 'integer' ? integerColumn : timestampColumn
      return {
        add(vector, rows) {
          values.push(itemsOf<BigInt64Array>(vector), rows)
          validity.push(validityOf(vector, rows), rows)
        },
        end: () => make(name, values.end(), validity.end()),
      }
    }
    case 'boolean': {
      const values = growing<Uint8Array>((size) => new Uint8Array(size))
      return {
        add(vector, rows) {
          values.push(
            Uint8Array.from({ length: rows }, (_, i) => (vector.getItem(i) === true ? 1 : 0)),
            rows,
          )
          validity.push(validityOf(vector, rows), rows)
        },
        end: () => booleanColumn(name, values.end(), validity.end()),
      }
    }
    case 'string': {
      const dictionary: string[] = []
      const codeOf = new Map<string, number>()
      const codes = growing<Uint32Array>((size) => new Uint32Array(size))
      return {
        add(vector, rows) {
          const added = new Uint32Array(rows)
          for (let i = 0; i < rows; i++) {
            const text = vector.getItem(i)
            if (typeof text !== 'string') continue
            let code = codeOf.get(text)
            if (code === undefined) {
              code = dictionary.length
              dictionary.push(text)
              codeOf.set(text, code)
            }
            added[i] = code
          }
          codes.push(added, rows)
          validity.push(validityOf(vector, rows), rows)
        },
        end: () => codedColumn(name, 'string', codes.end(), dictionary, validity.end()),
      }
    }
  }
}

function validityOf(vector: DuckDBVector, rows: number): Uint8Array {
  const { validity } = vector as unknown as { validity: { itemValid(i: number): boolean } }
  return Uint8Array.from({ length: rows }, (_, i) => (validity.itemValid(i) ? 1 : 0))
}

/** Parts of a column as they come, made one at the end. The engine reuses its memory, so each part is copied. */
function growing<A extends Float64Array | BigInt64Array | Uint8Array | Uint32Array>(
  make: (size: number) => A,
): { push(from: A, rows: number): void; end(): A } {
  const parts: A[] = []
  let length = 0
  return {
    push(from, rows) {
      parts.push(from.slice(0, rows) as A)
      length += rows
    },
    end() {
      const whole = make(length)
      let at = 0
      for (const part of parts) {
        whole.set(part as never, at)
        at += part.length
      }
      return whole
    },
  }
}
