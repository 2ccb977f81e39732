import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { repeated } from '../repeated.ts'

export interface SqliteAnswer {
  readonly rows: Record<string, unknown>[]
  readonly changes?: bigint
  readonly insertId?: bigint
}

/** Prepared statements of one connection, and rows as plain objects. */
export interface SqliteConnection {
  readonly database: DatabaseSync
  /** `repeatable` is whether running it twice does no harm: a select. */
  run(sql: string, values: readonly unknown[], repeatable: boolean): SqliteAnswer
  /** A select's rows as arrays. */
  read(sql: string, values: readonly unknown[]): unknown[][]
  iterate(sql: string, values: readonly unknown[]): IterableIterator<Record<string, unknown>>
  /** Runs a statement once for each row; the number of changed rows. */
  runMany(sql: string, rows: readonly (readonly unknown[])[]): number
}

const cacheSize = 256
/** Rows of one call where a statement is run for many. */
const groupSize = 100

export function sqliteConnection(database: DatabaseSync): SqliteConnection {
  const statements = new Map<string, StatementSync>()

  function prepare(sql: string): StatementSync {
    let statement = statements.get(sql)
    if (statement) {
      // Put at the end, so that the first is the one used longest ago.
      statements.delete(sql)
    } else {
      statement = database.prepare(sql)
      // Arrays, because plain objects built from them are both faster and of the usual prototype.
      statement.setReturnArrays(true)
      const [oldest] = statements.keys()
      if (statements.size >= cacheSize && oldest !== undefined) statements.delete(oldest)
    }
    statements.set(sql, statement)
    return statement
  }

  return {
    database,
    run(sql, values, repeatable) {
      const statement = prepare(sql)
      const inputs = values as SQLInputValue[]
      if (statement.columns().length === 0) {
        const { changes, lastInsertRowid } = statement.run(...inputs)
        return { rows: [], changes: BigInt(changes), insertId: BigInt(lastInsertRowid) }
      }
      const tuples = readAll(statement, inputs, repeatable)
      const rows = tuples.map(rowMaker(statement))
      return repeatable ? { rows } : { rows, changes: BigInt(rows.length) }
    },
    read(sql, values) {
      const tuples = readAll(prepare(sql), values as SQLInputValue[], true)
      // Bigints come only where the fast reading failed, and then everywhere.
      if (!tuples[0]?.some((value) => typeof value === 'bigint')) return tuples
      return tuples.map((tuple) => tuple.map(plain))
    },
    *iterate(sql, values) {
      // Its own statement: a cached one could be started again by someone else while this one is read.
      const statement = database.prepare(sql)
      statement.setReturnArrays(true)
      statement.setReadBigInts(true)
      let toRow: ReturnType<typeof rowMaker> | undefined
      for (const tuple of statement.iterate(...(values as SQLInputValue[]))) {
        toRow ??= rowMaker(statement)
        yield toRow(tuple as unknown as SQLOutputValue[])
      }
    },
    runMany(sql, rows) {
      let changes = 0
      let next = 0
      // Many rows a call: what a call costs is more than what a row costs.
      const grouped = rows.length < groupSize ? undefined : repeated(sql, groupSize, true)
      if (grouped !== undefined) {
        const statement = prepare(grouped)
        for (; next + groupSize <= rows.length; next += groupSize) {
          const values = rows.slice(next, next + groupSize).flat() as SQLInputValue[]
          changes += Number(statement.run(...values).changes)
        }
      }
      const statement = prepare(sql)
      for (; next < rows.length; next++) {
        changes += Number(statement.run(...((rows[next] ?? []) as SQLInputValue[])).changes)
      }
      return changes
    },
  }
}

/** Integers past 2^53 make the fast reading fail; then, and for what must not run twice, it reads bigints. */
function readAll(
  statement: StatementSync,
  values: SQLInputValue[],
  repeatable: boolean,
): SQLOutputValue[][] {
  if (repeatable) {
    try {
      return statement.all(...values) as unknown as SQLOutputValue[][]
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
    }
  }
  statement.setReadBigInts(true)
  try {
    return statement.all(...values) as unknown as SQLOutputValue[][]
  } finally {
    statement.setReadBigInts(false)
  }
}

/** Asked after a row was read: SQLite prepares a statement anew by itself when the schema has changed. */
function rowMaker(
  statement: StatementSync,
): (tuple: readonly SQLOutputValue[]) => Record<string, unknown> {
  const names = statement.columns().map((column) => column.name)
  return (tuple) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i++) row[names[i] ?? ''] = plain(tuple[i])
    return row
  }
}

function plain(value: SQLOutputValue | undefined): unknown {
  if (typeof value !== 'bigint') return value
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
