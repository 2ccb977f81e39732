import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import { explainPostgresError, isConflict } from './postgres-error.ts'

/** The pool as Kysely takes it, with errors in our words; conflicts stay as they are, for the transaction that retries. */
export function translatedPool(pool: Pool, name: string): PostgresPool {
  const known = new WeakMap<PoolClient, PostgresPoolClient>()

  function translated(client: PoolClient): PostgresPoolClient {
    const made = known.get(client) ?? {
      query: async <R>(sql: unknown, values?: readonly unknown[]) => {
        try {
          const result = await client.query(sql as string, values as unknown[])
          return result as unknown as PostgresQueryResult<R>
        } catch (error) {
          throw isConflict(error) ? error : explainPostgresError(error, name)
        }
      },
      release: (destroy?: boolean) => client.release(destroy),
    }
    // Kysely's type has a second form of `query`, for cursors, which this pool does not offer.
    known.set(client, made as PostgresPoolClient)
    return made as PostgresPoolClient
  }

  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      try {
        return translated(await pool.connect())
      } catch (error) {
        throw explainPostgresError(error, name)
      }
    },
  }
}
