import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { TidemillError } from '#contract'
import { messageOf } from '../copied.ts'
import { databaseStore, type MlflowRows } from './database-store.ts'
import { folderStore } from './folder-store.ts'
import type { MlflowStore } from './mlflow-store.ts'

/** What MLflow wrote, by a folder, a database file or a database's address; undefined for the address of a server. */
export async function openStore(
  from: string,
  artifacts: string | undefined,
): Promise<MlflowStore | undefined> {
  if (/^https?:/.test(from)) return undefined
  const served = artifacts === undefined ? undefined : resolve(artifacts)
  if (/^postgres(?:ql)?(?:\+\w+)?:/.test(from)) {
    return opened(await postgresRows(from), served)
  }
  // sqlite:///relative and sqlite:////absolute, as SQLAlchemy writes them.
  const path = from.startsWith('file:')
    ? fileURLToPath(from)
    : resolve(from.replace(/^sqlite:\/\/\//, ''))
  if (!existsSync(path)) throw new TidemillError('not_found', { kind: 'file', name: path })
  if (statSync(path).isDirectory()) return folderStore(path)
  return opened(sqliteRows(path), served)
}

/** A database of something else is told at once. */
async function opened(database: MlflowRows, served: string | undefined): Promise<MlflowStore> {
  try {
    return await databaseStore(database, served)
  } catch (cause) {
    await database.close()
    const problem = `${database.name} cannot be opened as a database of MLflow's: ${messageOf(cause)}.`
    throw new TidemillError('bad_request', { problem }, cause)
  }
}

/** What a database refuses, with its name. */
async function answered<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    const problem = `${name} could not be read: ${messageOf(cause)}.`
    throw new TidemillError('unavailable', { problem }, cause)
  }
}

function sqliteRows(file: string): MlflowRows {
  // Its server may be at work, and locks it for each of its commits.
  const database = new DatabaseSync(file, { readOnly: true, timeout: 30_000 })
  return {
    name: file,
    tables: async () =>
      database
        .prepare(`select name from sqlite_schema where type in ('table', 'view')`)
        .all()
        .map(({ name }) => String(name)),
    rows: (sql, values = []) =>
      answered(file, () => {
        const statement = database.prepare(sql)
        statement.setReadBigInts(true)
        return statement.all(...values).map((row) => plain(row))
      }),
    close: async () => database.close(),
  }
}

async function postgresRows(url: string): Promise<MlflowRows> {
  const { Pool } = await import('pg')
  // Several, as what is known of a run is asked for at once.
  const pool = new Pool({
    connectionString: url.replace(/^postgres(?:ql)?(?:\+\w+)?:/, 'postgres:'),
    max: 4,
  })
  const shown = url.replace(/(\/\/[^:@/]*):.*@/s, '$1:…@')
  await pool.query('select 1').catch(async (cause: unknown) => {
    await pool.end()
    throw new TidemillError('unavailable', { problem: `${shown} does not answer.` }, cause)
  })
  return {
    name: shown,
    // Its catalogue, as information_schema has only what this user may read.
    tables: async () => {
      const { rows } = await pool.query<{ name: string }>(
        `select relname as name from pg_class where relkind in ('r', 'p', 'v', 'm', 'f') and pg_table_is_visible(oid)`,
      )
      return rows.map(({ name }) => name)
    },
    rows: (sql, values = []) =>
      answered(shown, async () => {
        let n = 0
        const text = sql.replaceAll('?', () => `$${++n}`)
        return (await pool.query<Record<string, unknown>>(text, [...values])).rows
      }),
    close: () => pool.end(),
  }
}

function plain(row: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      typeof value === 'bigint' ? Number(value) : value,
    ]),
  )
}
