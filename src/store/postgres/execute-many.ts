import type { Pool, PoolClient } from 'pg'
import type { BatchStep, SqlValue, Tuple } from '../metadata.ts'
import { RowUnchanged } from '../row-unchanged.ts'
import { repeated } from '../repeated.ts'
import { numbered } from './numbered.ts'
import { explainPostgresError, isConflict } from './postgres-error.ts'

/** The protocol counts parameters in 16 bits; smaller groups also keep the server's parse cheap. */
const maxParameters = 10_000

/** One statement for many rows, in one transaction; the number of rows changed. */
export function executeMany(pool: Pool, step: BatchStep, name: string): Promise<number> {
  return inTransaction(pool, name, (client) => runStep(client, step))
}

/** All of the steps in one transaction, or none: false when a row changed nothing that had to. */
export async function executeBatch(
  pool: Pool,
  steps: readonly BatchStep[],
  name: string,
): Promise<boolean> {
  try {
    await inTransaction(pool, name, async (client) => {
      for (const step of steps) {
        const changed = await runStep(client, step)
        if (step.everyRow === true && changed < step.rows.length) throw new RowUnchanged()
      }
    })
    return true
  } catch (error) {
    if (error instanceof RowUnchanged) return false
    throw error
  }
}

/** A select's rows as arrays. */
export async function readTuples(
  pool: Pool,
  sql: string,
  values: readonly SqlValue[],
  name: string,
): Promise<readonly Tuple[]> {
  try {
    const query = { text: numbered(sql), values: [...values], rowMode: 'array' as const }
    return (await pool.query<SqlValue[]>(query)).rows
  } catch (error) {
    throw explainPostgresError(error, name)
  }
}

async function runStep(
  client: PoolClient,
  { sql, rows, distinct = false }: BatchStep,
): Promise<number> {
  const width = rows[0]?.length ?? 0
  const groupSize = width === 0 ? 1 : Math.max(1, Math.min(500, Math.floor(maxParameters / width)))
  const size = repeated(sql, 2, distinct) === undefined ? 1 : groupSize
  let changed = 0
  for (let start = 0; start < rows.length; start += size) {
    const group = rows.slice(start, start + size)
    const text = numbered(repeated(sql, group.length, distinct) ?? sql)
    const { rowCount } = await client.query(text, group.flat())
    changed += rowCount ?? 0
  }
  return changed
}

async function inTransaction<T>(
  pool: Pool,
  name: string,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  let client: PoolClient | undefined
  let broken = false
  try {
    client = await pool.connect()
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client?.query('rollback').catch(() => {
      broken = true
    })
    if (error instanceof RowUnchanged || isConflict(error)) throw error
    throw explainPostgresError(error, name)
  } finally {
    client?.release(broken)
  }
}
