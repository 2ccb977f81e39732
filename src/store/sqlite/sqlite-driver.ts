import { AsyncLocalStorage } from 'node:async_hooks'
import type { CompiledQuery, Driver } from 'kysely'
import { TidemillError } from '#contract'
import { identifier } from '../identifier.ts'
import { createMutex } from '../mutex.ts'
import type { SqliteAnswer, SqliteConnection } from './sqlite-connection.ts'
import { explainSqliteError } from './sqlite-error.ts'
import { SqliteSession, type SqliteHandles } from './sqlite-session.ts'
import { whenFree } from './when-free.ts'

/** Marks the asynchronous work inside a transaction, to catch writes that go around it and would wait for it for ever. */
interface TransactionMark {
  open: boolean
  readonly foreignKeys: boolean
}

/**
 * Kysely's driver over two connections. Reads outside transactions go to the reader and wait for nobody; each write, and each
 * transaction as a whole, has the writer to itself.
 */
export class SqliteDriver implements Driver {
  readonly #handles: SqliteHandles
  readonly #mark = new AsyncLocalStorage<TransactionMark>()
  readonly #turns = createMutex(30_000, () => {
    const problem = `Another transaction has held ${this.#handles.file} for 30 seconds.`
    return new TidemillError('unavailable', { problem })
  })

  constructor(handles: SqliteHandles) {
    this.#handles = handles
  }

  /**
   * Runs `work`, within which a write outside of its transaction is refused instead of hanging. Without foreign keys they are
   * not looked at while the transaction runs; SQLite can switch them only outside of one.
   */
  marked<T>(work: () => Promise<T>, foreignKeys: boolean = true): Promise<T> {
    this.#refuseInside()
    return this.#mark.run({ open: false, foreignKeys }, work)
  }

  /** The writer, alone, from `begin immediate` to the commit of all that `work` did. */
  async exclusively<T>(work: (writer: SqliteConnection) => T): Promise<T> {
    const { release, writer } = await this.#begin()
    try {
      const result = work(writer)
      writer.run('commit', [], false)
      return result
    } catch (error) {
      throw this.#explained(error, writer)
    } finally {
      release()
    }
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<SqliteSession> {
    return new SqliteSession(this.#handles, {
      write: (query) => this.#write(query),
      explain: (error) => explainSqliteError(error, this.#handles.file),
    })
  }

  async beginTransaction(session: SqliteSession): Promise<void> {
    const mark = this.#mark.getStore()
    const foreignKeys = mark?.foreignKeys ?? true
    const { release, writer } = await this.#begin(foreignKeys)
    if (mark) mark.open = true
    session.enter(writer, () => {
      if (mark) mark.open = false
      if (!foreignKeys) writer.database.exec('pragma foreign_keys = on')
      release()
    })
  }

  async commitTransaction(session: SqliteSession): Promise<void> {
    await session.leave('commit')
  }

  async rollbackTransaction(session: SqliteSession): Promise<void> {
    await session.leave('rollback')
  }

  async savepoint(session: SqliteSession, name: string): Promise<void> {
    session.control(`savepoint ${identifier(name)}`)
  }

  async rollbackToSavepoint(session: SqliteSession, name: string): Promise<void> {
    session.control(`rollback to ${identifier(name)}`)
  }

  async releaseSavepoint(session: SqliteSession, name: string): Promise<void> {
    session.control(`release ${identifier(name)}`)
  }

  async releaseConnection(): Promise<void> {}

  /** Whoever opened the handles closes them. */
  async destroy(): Promise<void> {}

  async #write(query: CompiledQuery): Promise<SqliteAnswer> {
    this.#refuseInside()
    const writer = this.#writer()
    const release = await this.#turns.acquire()
    try {
      return await whenFree(
        () => writer.run(query.sql, query.parameters, false),
        this.#handles.busyMs,
      )
    } finally {
      release()
    }
  }

  async #begin(
    foreignKeys: boolean = true,
  ): Promise<{ release: () => void; writer: SqliteConnection }> {
    this.#refuseInside()
    const writer = this.#writer()
    const release = await this.#turns.acquire()
    try {
      if (!foreignKeys) writer.database.exec('pragma foreign_keys = off')
      await whenFree(() => writer.run('begin immediate', [], false), this.#handles.busyMs)
      return { release, writer }
    } catch (error) {
      if (!foreignKeys) writer.database.exec('pragma foreign_keys = on')
      release()
      throw explainSqliteError(error, this.#handles.file)
    }
  }

  #explained(error: unknown, writer: SqliteConnection): unknown {
    if (writer.database.isTransaction) writer.run('rollback', [], false)
    return explainSqliteError(error, this.#handles.file)
  }

  #writer(): SqliteConnection {
    const { writer, file } = this.#handles
    if (!writer) throw new Error(`${file} was opened to be read only`)
    return writer
  }

  #refuseInside(): void {
    if (this.#mark.getStore()?.open !== true) return
    throw new Error('inside a transaction, write through its tx: this write would wait for its end')
  }
}
