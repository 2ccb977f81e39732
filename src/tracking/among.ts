import { sql, type RawBuilder } from 'kysely'

type Dialect = 'sqlite' | 'postgres'

/** Whether a column is one of many values: one parameter, however many they are, so that the statement stays the same and short. */
export function among(
  column: string | RawBuilder<unknown>,
  values: readonly (string | number)[],
  dialect: Dialect,
): RawBuilder<boolean> {
  const [only] = values
  const left = typeof column === 'string' ? sql.ref(column) : column
  if (values.length === 1) return sql`${left} = ${only}`
  if (dialect === 'sqlite') {
    return sql`${left} in (select value from json_each(${JSON.stringify(values)}))`
  }
  return sql`${left} = any(${[...values]}::${sql.raw(typeOf(values))}[])`
}

/** Whole numbers stay whole: an index on a column of them answers no question about doubles. */
function typeOf(values: readonly (string | number)[]): string {
  if (typeof values[0] !== 'number') return 'text'
  return values.every((value) => Number.isSafeInteger(value)) ? 'bigint' : 'double precision'
}

/** The same for a statement written as text: the one `?` stands for the values as a JSON list. */
export function within(column: string, type: 'text' | 'bigint', dialect: Dialect): string {
  return dialect === 'sqlite'
    ? `${column} in (select value from json_each(?))`
    : `${column} = any(array(select json_array_elements_text(?::json)::${type}))`
}
