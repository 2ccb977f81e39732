import { existsSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { TidemillError } from '#contract'
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
    return checked(databaseStore(await postgresRows(from), served))
  }
  // sqlite:///relative and sqlite:////absolute, as SQLAlchemy writes them.
  const path = from.startsWith('file:')
    ? fileURLToPath(from)
    : resolve(from.replace(/^sqlite:\/\/\//, ''))
  if (!existsSync(path)) throw new TidemillError('not_found', { kind: 'file', name: path })
  if (statSync(path).isDirectory()) return folderStore(path)
  return checked(databaseStore(sqliteRows(path), served))
}

/** A database of something else is told at once. */
async function checked(store: MlflowStore): Promise<MlflowStore> {
  try {
    await store.experiments()
    return store
  } catch (cause) {
    await store.close()
    const said = cause instanceof Error ? cause.message : String(cause)
    const problem = `${store.name} is no database of MLflow's: ${said}.`
    throw new TidemillError('bad_request', { problem }, cause)
  }
}

function sqliteRows(file: string): MlflowRows {
  const database = new DatabaseSync(file, { readOnly: true })
  return {
    name: file,
    rows: async (sql, values = []) => {
      const statement = database.prepare(sql)
      statement.setReadBigInts(true)
      return statement.all(...values).map((row) => plain(row))
    },
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
  const shown = url.replace(/:[^:@/]*@/, ':…@')
  await pool.query('select 1').catch(async (cause: unknown) => {
    await pool.end()
    throw new TidemillError('unavailable', { problem: `${shown} does not answer.` }, cause)
  })
  return {
    name: shown,
    rows: async (sql, values = []) => {
      let n = 0
      const text = sql.replaceAll('?', () => `$${++n}`)
      return (await pool.query<Record<string, unknown>>(text, [...values])).rows
    },
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
