import { sql, type RawBuilder } from 'kysely'

/**
 * Whether a path is below a folder. SQLite's index answers a range from the folder's name with a slash to the next letter after the
 * slash; PostgreSQL may sort otherwise than by bytes, so that such a range would hold anything or nothing.
 */
export function below(
  column: string,
  folder: string,
  dialect: 'sqlite' | 'postgres',
): RawBuilder<boolean> {
  const path = sql.ref(column)
  return dialect === 'sqlite'
    ? sql`(${path} >= ${`${folder}/`} and ${path} < ${`${folder}0`})`
    : sql`starts_with(${path}, ${`${folder}/`})`
}
