import { existsSync } from 'node:fs'
import { mkdir, open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely'
import {
  BadPattern,
  linearPattern,
  TidemillError,
  type Effort,
  type LinearPattern,
} from '#contract'
import { systemClock, type Clock } from '../clock.ts'
import { numberPattern } from '../number-pattern.ts'
import type { Metadata, Migration, Tuple } from '../metadata.ts'
import { RowUnchanged } from '../row-unchanged.ts'
import { migrate, type MigrationTarget, type SchemaTables } from '../migrate.ts'
import { backupBeside, copyDatabase } from './backups.ts'
import { sqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { SqliteDriver } from './sqlite-driver.ts'
import { explainSqliteError } from './sqlite-error.ts'
import type { SqliteHandles } from './sqlite-session.ts'
import { whenFree } from './when-free.ts'

export interface SqliteOptions {
  /** Made with its folder when absent. `:memory:` keeps nothing. */
  readonly file: string
  readonly readOnly?: boolean
  /** How long a write waits for another process's before it is `unavailable`; 5000 unless said. */
  readonly busyMs?: number
  /** A file up to this size is read whole before it is opened, a larger one only its beginning; 16 MiB unless said. */
  readonly checkedBytes?: number
  /** Called before the first change to the schema, after the backup. */
  readonly beforeMigrate?: (pending: readonly Migration[]) => Promise<void>
}

/**
 * The metadata database in one file, for one or more processes of this machine. Errors: `home_corrupt` when the file is damaged
 * (it is left as it is), `unavailable` when it cannot be opened.
 */
export async function openSqlite(
  options: SqliteOptions,
  clock: Clock = systemClock,
): Promise<Metadata> {
  const { file } = options
  try {
    const handles = await openHandles(options)
    return sqliteMetadata(handles, options, clock)
  } catch (error) {
    throw explainSqliteError(error, file)
  }
}

function sqliteMetadata(handles: SqliteHandles, options: SqliteOptions, clock: Clock): Metadata {
  const { file } = handles
  const driver = new SqliteDriver(handles)
  const database = new Kysely<SchemaTables>({
    dialect: {
      createAdapter: () => new ConcurrentSqliteAdapter(),
      createDriver: () => driver,
      createIntrospector: (db) => new SqliteIntrospector(db),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  })
  const transaction = <T>(work: (tx: Kysely<SchemaTables>) => Promise<T>): Promise<T> =>
    driver.marked(() => database.transaction().execute(work))

  const target: MigrationTarget = {
    dialect: 'sqlite',
    name: file,
    clock,
    tables: database,
    async hasRecords() {
      const sql = `select 1 as found from sqlite_schema where name = 'schema_migrations'`
      return handles.reader.run(sql, [], true).rows.length > 0
    },
    // As SQLite advises for changes of the schema: constraints are off during the change and checked at its end.
    alone: (work) =>
      driver.marked(
        () =>
          database.transaction().execute(async (tx) => {
            await work(tx)
            await requireForeignKeys(tx)
          }),
        false,
      ),
    async before(pending, isNew) {
      if (!isNew && file !== ':memory:') {
        await backupBeside(handles.reader.database, file, clock.now())
      }
      await options.beforeMigrate?.(pending)
    },
  }

  return {
    dialect: 'sqlite',
    tables: <Tables>() => database as unknown as Kysely<Tables>,
    transaction: <Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>) =>
      transaction(work as unknown as (tx: Kysely<SchemaTables>) => Promise<T>),
    execute: (sql, rows) => driver.exclusively((writer) => writer.runMany(sql, rows)),
    read: (sql, values) =>
      whenFree(() => handles.reader.read(sql, values) as Tuple[], handles.busyMs).catch(
        (error: unknown) => {
          throw explainSqliteError(error, file)
        },
      ),
    batch: (steps) =>
      driver
        .exclusively((writer) => {
          for (const { sql, rows, everyRow = false } of steps) {
            if (writer.runMany(sql, rows) < rows.length && everyRow) throw new RowUnchanged()
          }
          return true
        })
        .catch((error: unknown) => {
          if (error instanceof RowUnchanged) return false
          throw error
        }),
    migrate: (migrations) => migrate(target, migrations),
    async backup(copy) {
      await copyDatabase(handles.reader.database, copy).catch((error: unknown) => {
        throw explainSqliteError(error, copy)
      })
    },
    async close() {
      await database.destroy()
      const { reader, writer } = handles
      if (reader !== writer) reader.database.close()
      // The last connection to close moves the log into the file, which only a writer can.
      writer?.database.close()
    },
  }
}

async function requireForeignKeys(tx: Kysely<SchemaTables>): Promise<void> {
  const { rows } = await sql<{ table: string; parent: string }>`pragma foreign_key_check`.execute(
    tx,
  )
  const [row] = rows
  if (!row) return
  throw new Error(`after the migration, rows of ${row.table} point at nothing in ${row.parent}`)
}

/** Kysely would queue every statement behind every transaction; our driver does so for writes only. */
class ConcurrentSqliteAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

async function openHandles(options: SqliteOptions): Promise<SqliteHandles> {
  const { file, readOnly = false, busyMs = 5000, checkedBytes = 16 << 20 } = options
  const inMemory = file === ':memory:'
  if (!inMemory) {
    if (existsSync(file)) await checkIntegrity(file, busyMs, checkedBytes)
    else if (readOnly) throw new TidemillError('not_found', { kind: 'database', name: file })
    else await createPrivate(file)
  }
  const writer = readOnly ? undefined : await openWriter(file, busyMs)
  const reader = inMemory && writer ? writer : openReader(file)
  return { file, writer, reader, busyMs }
}

async function openWriter(file: string, busyMs: number): Promise<SqliteConnection> {
  const database = connect(file, false)
  try {
    await whenFree(() => {
      database.exec(`
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma foreign_keys = on;
        pragma journal_size_limit = 67108864;
      `)
    }, busyMs)
    return sqliteConnection(database)
  } catch (error) {
    database.close()
    throw error
  }
}

/** Up to 64 MiB of pages are kept, where SQLite would keep 2: a search of 25,000 runs read a quarter longer. */
function openReader(file: string): SqliteConnection {
  const database = connect(file, true)
  database.exec('pragma cache_size = -65536')
  return sqliteConnection(database)
}

function connect(file: string, readOnly: boolean): DatabaseSync {
  // SQLite's own wait blocks the thread; `whenFree` waits the rest of the time.
  const database = new DatabaseSync(file, { readOnly, timeout: 20 })
  addPatterns(database)
  addTexts(database)
  return database
}

/** About two seconds. */
const mostEffort = 100_000_000

/** `rlike(pattern, text)`, which PostgreSQL writes `text ~ pattern`. */
function addPatterns(database: DatabaseSync): void {
  let last: { readonly pattern: string; readonly isIn: LinearPattern } | undefined
  // A statement holds up the thread, so what its rows cost together has a limit; the next turn of the event loop begins anew.
  let effort: Effort | undefined
  database.function('rlike', { deterministic: true }, (pattern, text) => {
    if (typeof pattern !== 'string' || typeof text !== 'string') return 0
    if (last?.pattern !== pattern) last = { pattern, isIn: linearPattern(pattern) }
    if (!effort) {
      effort = { left: mostEffort }
      setImmediate(() => (effort = undefined))
    }
    try {
      return last.isIn(text, effort) ? 1 : 0
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error
      const problem = `The pattern ${pattern} is not followed: ${error.message}.`
      throw new TidemillError('bad_request', { problem }, error)
    }
  })
}

/** Texts as PostgreSQL takes them: `lower` of all letters and not of ASCII's alone, and what reads as a number. */
function addTexts(database: DatabaseSync): void {
  const number = new RegExp(numberPattern)
  database.function('lower', { deterministic: true }, (text) =>
    typeof text === 'string' ? text.toLowerCase() : text,
  )
  database.function('reads_as_number', { deterministic: true }, (text) =>
    typeof text === 'string' && number.test(text) ? 1 : 0,
  )
}

/**
 * Before anything is written, so that a damaged file stays as it was found. To read all of a file takes a second for each 80 MB, every
 * time a server starts or a command opens it; of a large one the schema is read, and damage elsewhere is told when it is met.
 */
async function checkIntegrity(file: string, busyMs: number, most: number): Promise<void> {
  const database = connect(file, true)
  try {
    const { size } = await stat(file)
    const check = size > most ? `select 'ok' from sqlite_schema` : 'pragma integrity_check(1)'
    const read = () => sqliteConnection(database).read(check, [])
    const [[problem] = ['ok']] = await whenFree(read, busyMs)
    if (problem !== 'ok') throw new TidemillError('home_corrupt', { file, problem })
  } finally {
    database.close()
  }
}

/** Identities and tokens are in there: only the owner reads it. SQLite gives its side files the same permissions. */
async function createPrivate(file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const handle = await open(file, 'a', 0o600)
  await handle.close()
}
