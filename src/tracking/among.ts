import { sql, type RawBuilder } from 'kysely'
import type { Dialect } from './search/conditions.ts'

/** Whether a column is one of many values: one parameter, however many they are, so that the statement stays the same and short. */
export function among(
  column: string,
  values: readonly (string | number)[],
  dialect: Dialect,
): RawBuilder<boolean> {
  if (dialect === 'sqlite') {
    return sql`${sql.ref(column)} in (select value from json_each(${JSON.stringify(values)}))`
  }
  const type = sql.raw(typeof values[0] === 'number' ? 'bigint' : 'text')
  return sql`${sql.ref(column)} = any(${[...values]}::${type}[])`
}

/** The same for a statement written as text: the one `?` stands for the values as a JSON list. */
export function within(column: string, type: 'text' | 'bigint', dialect: Dialect): string {
  return dialect === 'sqlite'
    ? `${column} in (select value from json_each(?))`
    : `${column} = any(array(select json_array_elements_text(?::json)::${type}))`
}
