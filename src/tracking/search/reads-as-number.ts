import { sql, type RawBuilder } from 'kysely'
import { numberPattern } from '#store'

/** Whether a text reads as a number; on both databases the same texts do. */
export function readsAsNumber(
  text: RawBuilder<unknown>,
  dialect: 'sqlite' | 'postgres',
): RawBuilder<boolean> {
  return dialect === 'sqlite'
    ? sql`(reads_as_number(${text}) = 1)`
    : sql`(${text} ~ ${sql.lit(numberPattern)})`
}

/** The number that a text reads as, else NULL. */
export function numberIn(
  text: RawBuilder<unknown>,
  dialect: 'sqlite' | 'postgres',
): RawBuilder<number | null> {
  return sql`case when ${readsAsNumber(text, dialect)} then cast(${text} as double precision) end`
}
