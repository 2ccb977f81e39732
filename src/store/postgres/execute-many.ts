import type { Pool, PoolClient } from 'pg'
import type { SqlValue } from '../metadata.ts'
import { numbered, repeated } from './numbered.ts'
import { explainPostgresError, isConflict } from './postgres-error.ts'

/** The protocol counts parameters in 16 bits; smaller groups also keep the server's parse cheap. */
const maxParameters = 10_000

/** One statement for many rows, in one transaction; the number of rows changed. */
export async function executeMany(
  pool: Pool,
  sql: string,
  rows: readonly (readonly SqlValue[])[],
  name: string,
): Promise<number> {
  const width = rows[0]?.length ?? 0
  const groupSize = width === 0 ? 1 : Math.max(1, Math.min(500, Math.floor(maxParameters / width)))
  const canRepeat = repeated(sql, 2) !== undefined
  const size = canRepeat ? groupSize : 1
  let client: PoolClient | undefined
  let broken = false
  try {
    client = await pool.connect()
    await client.query('begin')
    let changed = 0
    for (let start = 0; start < rows.length; start += size) {
      const group = rows.slice(start, start + size)
      const text = numbered(repeated(sql, group.length) ?? sql)
      const { rowCount } = await client.query(text, group.flat())
      changed += rowCount ?? 0
    }
    await client.query('commit')
    return changed
  } catch (error) {
    await client?.query('rollback').catch(() => {
      broken = true
    })
    throw isConflict(error) ? error : explainPostgresError(error, name)
  } finally {
    client?.release(broken)
  }
}
