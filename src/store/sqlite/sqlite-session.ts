import {
  RawNode,
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type QueryResult,
} from 'kysely'
import type { SqliteAnswer, SqliteConnection } from './sqlite-connection.ts'
import { whenFree } from './when-free.ts'

export interface SqliteHandles {
  readonly file: string
  /** Absent when the database is only read. */
  readonly writer: SqliteConnection | undefined
  /** The writer itself for a database in memory, which no second connection can see. */
  readonly reader: SqliteConnection
  /** How long a writer waits for other processes. */
  readonly busyMs: number
}

interface SessionParts {
  write(query: CompiledQuery): Promise<SqliteAnswer>
  explain(error: unknown): unknown
}

/** What Kysely takes for a connection. */
export class SqliteSession implements DatabaseConnection {
  readonly #handles: SqliteHandles
  readonly #parts: SessionParts
  #transaction: { readonly writer: SqliteConnection; readonly release: () => void } | undefined

  constructor(handles: SqliteHandles, parts: SessionParts) {
    this.#handles = handles
    this.#parts = parts
  }

  enter(writer: SqliteConnection, release: () => void): void {
    this.#transaction = { writer, release }
  }

  async leave(how: 'commit' | 'rollback'): Promise<void> {
    const transaction = this.#transaction
    if (!transaction) return
    try {
      // A full disk or a damaged page may have ended the transaction already.
      if (how === 'commit' || transaction.writer.database.isTransaction) {
        transaction.writer.run(how, [], false)
      }
    } catch (error) {
      // A commit that failed leaves the transaction open, and Kysely does not roll back after it.
      if (transaction.writer.database.isTransaction) transaction.writer.run('rollback', [], false)
      throw this.#parts.explain(error)
    } finally {
      this.#transaction = undefined
      transaction.release()
    }
  }

  /** For savepoints, which exist only inside a transaction. */
  control(sql: string): void {
    this.#transaction?.writer.run(sql, [], false)
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      const answer = await this.#run(query)
      return {
        rows: answer.rows as R[],
        ...(answer.changes === undefined ? {} : { numAffectedRows: answer.changes }),
        ...(answer.insertId === undefined ? {} : { insertId: answer.insertId }),
      }
    } catch (error) {
      throw this.#parts.explain(error)
    }
  }

  async *streamQuery<R>(
    query: CompiledQuery,
    chunkSize: number,
  ): AsyncIterableIterator<QueryResult<R>> {
    const connection = this.#transaction?.writer ?? this.#handles.reader
    let rows: R[] = []
    for (const row of connection.iterate(query.sql, query.parameters)) {
      rows.push(row as R)
      if (rows.length < chunkSize) continue
      yield { rows }
      rows = []
    }
    if (rows.length > 0) yield { rows }
  }

  #run(query: CompiledQuery): SqliteAnswer | Promise<SqliteAnswer> {
    const isWritten = RawNode.is(query.query) && /^\s*select\b/i.test(query.sql)
    // A select that is written as text reads as well, and must not wait for whoever writes.
    const isRead = SelectQueryNode.is(query.query) || isWritten
    if (this.#transaction) {
      return this.#transaction.writer.run(query.sql, query.parameters, isRead)
    }
    const { reader, writer, busyMs } = this.#handles
    if (isRead && reader !== writer) {
      return whenFree(() => reader.run(query.sql, query.parameters, true), busyMs)
    }
    // Without a writer this can only be a read, which the reader's own connection sees to.
    if (!writer) return reader.run(query.sql, query.parameters, false)
    return this.#parts.write(query)
  }
}
