import { sql } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import { filterCondition } from './conditions.ts'
import { parseFilter } from './parse-filter.ts'
import type { Search, Searched } from './search-rows.ts'

/** How many rows a search would find on all of its pages. */
export async function countRows(
  metadata: Metadata,
  { filter = '', removed = 'without' }: Pick<Search, 'filter' | 'removed'>,
  { table, grammar, target, within }: Pick<Searched, 'table' | 'grammar' | 'target' | 'within'>,
): Promise<number> {
  const parsed = parseFilter(filter, grammar)
  const hidden = sql.ref(`${table}.removed_at`)
  const conditions = [
    ...(within ? [among(`${table}.${within.column}`, within.values, metadata.dialect)] : []),
    ...(removed === 'with'
      ? []
      : [sql<boolean>`${hidden} is ${sql.raw(removed === 'only' ? 'not null' : 'null')}`]),
    ...(parsed === undefined ? [] : [filterCondition(parsed, target, metadata.dialect)]),
  ]
  const condition = conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ${sql.table(table)} where ${condition}`.execute(
    metadata.tables<Record<string, never>>(),
  )
  return Number(rows[0]?.count ?? 0)
}
