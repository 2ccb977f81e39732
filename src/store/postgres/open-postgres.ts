import { createHash } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import type { Pool } from 'pg'
import { TidemillError } from '#contract'
import { identifier, longestIdentifier } from '../identifier.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Metadata, Migration } from '../metadata.ts'
import { migrate, type MigrationTarget, type SchemaTables } from '../migrate.ts'
import { executeBatch, executeMany, readTuples } from './execute-many.ts'
import { explainPostgresError, isConflict } from './postgres-error.ts'
import { translatedPool } from './translated-pool.ts'
import { valueTypes } from './value-types.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`. */
  readonly url: string
  /** Made when absent; all tables live in it. The role's search path unless said. */
  readonly schema?: string
  readonly maxConnections?: number
  /** Called before the first change to the schema: the place for a pg_dump, which is the operator's. */
  readonly beforeMigrate?: (pending: readonly Migration[]) => Promise<void>
}

/**
 * The metadata database on a PostgreSQL server (13 or later), for any number of processes. Errors: `unavailable` when it does not
 * answer, `bad_request` when the schema's name is too long.
 */
export async function openPostgres(
  options: PostgresOptions,
  clock: Clock = systemClock,
  random: () => number = Math.random,
): Promise<Metadata> {
  const name = nameOf(options)
  if (Buffer.byteLength(options.schema ?? '') > longestIdentifier) {
    const problem = `The schema ${options.schema} cannot be: PostgreSQL takes names of at most ${longestIdentifier} bytes.`
    throw new TidemillError('bad_request', { problem })
  }
  const pool = await openPool(options)
  try {
    if (options.schema !== undefined) await createSchema(pool, options.schema)
    else await pool.query('select 1')
  } catch (error) {
    await pool.end()
    throw explainPostgresError(error, name)
  }
  const database = new Kysely<SchemaTables>({
    dialect: new PostgresDialect({ pool: translatedPool(pool, name) }),
  })

  /** How often a transaction is tried; with waits of up to a second between, conflicts that last longer are a fault. */
  const tries = 12

  async function retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work()
      } catch (error) {
        if (!isConflict(error)) throw error
        if (attempt === tries) throw explainPostgresError(error, name)
      }
      await clock.sleep(Math.min(1000, 5 * 2 ** attempt) * (0.5 + random() / 2))
    }
  }

  const target: MigrationTarget = {
    dialect: 'postgres',
    name,
    clock,
    tables: database,
    async hasRecords() {
      const { rows } = await sql`select 1 from pg_tables
        where schemaname = current_schema() and tablename = 'schema_migrations'`.execute(database)
      return rows.length > 0
    },
    alone: (work) =>
      // Not serialisable: after the wait for the lock it must see what the holder before it did.
      database
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (tx) => {
          await sql`select pg_advisory_xact_lock(${lockOf(name)})`.execute(tx)
          await work(tx)
        }),
    before: async (pending) => options.beforeMigrate?.(pending),
  }

  return {
    dialect: 'postgres',
    tables: <Tables>() => database as unknown as Kysely<Tables>,
    transaction: <Tables, T>(work: (tx: Kysely<Tables>) => Promise<T>) =>
      retried(() =>
        (database as unknown as Kysely<Tables>)
          .transaction()
          .setIsolationLevel('serializable')
          .execute(work),
      ),
    execute: (sql, rows) => retried(() => executeMany(pool, { sql, rows }, name)),
    read: (sql, values) => readTuples(pool, sql, values, name),
    batch: (steps) => retried(() => executeBatch(pool, steps, name)),
    migrate: (migrations) => migrate(target, migrations),
    async backup() {
      const problem = `The database ${name} is backed up with PostgreSQL's own tools: pg_dump.`
      throw new TidemillError('bad_request', { problem })
    },
    async close() {
      await database.destroy()
      if (!pool.ended) await pool.end()
    },
  }
}

/** The driver is loaded here: most homes keep their metadata in files. */
async function openPool({ url, schema, maxConnections }: PostgresOptions): Promise<Pool> {
  const { Pool, types } = await import('pg')
  const pool = new Pool({
    connectionString: url,
    application_name: 'tidemill',
    max: maxConnections ?? 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    types: valueTypes(types),
    ...(schema === undefined ? {} : { options: `-c search_path=${escaped(identifier(schema))}` }),
  })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  return pool
}

async function createSchema(pool: Pool, schema: string): Promise<void> {
  const { rowCount } = await pool.query('select 1 from pg_namespace where nspname = $1', [schema])
  if (rowCount) return
  try {
    await pool.query(`create schema ${identifier(schema)}`)
  } catch (error) {
    // Another process made it in between.
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== '42P06' && code !== '23505') throw error
  }
}

/** What messages may show: the address without user and password. */
function nameOf({ url, schema }: PostgresOptions): string {
  const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' }
  return `postgres://${host}${pathname}${schema === undefined ? '' : ` schema ${schema}`}`
}

function lockOf(name: string): bigint {
  return createHash('sha256').update(`tidemill migrate ${name}`).digest().readBigInt64BE()
}

/** Blanks and backslashes separate and escape in the server's command-line options. */
function escaped(option: string): string {
  return option.replaceAll(/[\\\s]/g, '\\$&')
}
