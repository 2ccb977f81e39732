import { sql, type RawBuilder } from 'kysely'
import type { Condition } from './conditions.ts'

/** A table of keys and values that belong to the rows of another. */
export function entries(
  table: string,
  ownerColumn: string,
  owner: RawBuilder<unknown>,
): {
  has(key: string, test?: (value: RawBuilder<unknown>) => Condition): Condition
  value(key: string): RawBuilder<unknown>
} {
  const from = (key: string): RawBuilder<unknown> =>
    sql`from ${sql.table(table)} where ${sql.ref(`${table}.${ownerColumn}`)} = ${owner} and ${sql.ref(`${table}.key`)} = ${key}`
  const column = sql.ref(`${table}.value`)
  return {
    has: (key, test) =>
      sql`exists (select 1 ${from(key)}${test ? sql` and ${test(column)}` : sql``})`,
    value: (key) => sql`(select ${column} ${from(key)})`,
  }
}
