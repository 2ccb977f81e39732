import { sql, type AliasedExpression, type Kysely } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { Condition, SearchTarget } from './conditions.ts'
import type { Comparison, Filter } from './grammar.ts'
import { areMany } from './known-many.ts'

/** So few rows are looked at one by one sooner than an index is asked. */
const fewRows = 5000
/** What fulfils a comparison is listed up to this many. */
const mostListed = 3000

/** The rows that fulfil a comparison, listed. */
export interface Rare {
  readonly isEmpty: boolean
  readonly condition: Condition
}

type Tables = Record<string, Record<string, unknown>>

/** Rows in question before any filter: those of a table, or of some values of a column. */
export interface Scope {
  readonly table: string
  readonly column?: string
  readonly values?: readonly string[]
}

/** Whether few rows are in question. */
export async function areFew(
  metadata: Metadata,
  { table, column, values = [] }: Scope,
): Promise<boolean> {
  const database = metadata.tables<Tables>()
  const where =
    column === undefined
      ? sql<boolean>`1 = 1`
      : among(`${table}.${column}`, values, metadata.dialect)
  const some = database
    .selectFrom(table)
    .select(sql<number>`1`.as('one'))
    .where(where)
    .limit(fewRows + 1)
  const key = JSON.stringify([table, column, values])
  return !(await areMany(
    metadata,
    key,
    async () => (await countOf(database, some.as('some'))) > fewRows,
  ))
}

async function countOf(
  database: Kysely<Tables>,
  some: AliasedExpression<{ one: number }, 'some'>,
): Promise<number> {
  const counted = database.selectFrom(some).select(sql<number>`count(*)`.as('count'))
  return Number((await counted.executeTakeFirstOrThrow()).count)
}

/**
 * A comparison that few rows fulfil, as the list of those rows: a search that walks rows in their order would pass a million others
 * to find them. None when every comparison that an index knows of is fulfilled by many, and a walk soon has its page.
 */
export async function rareComparison(
  metadata: Metadata,
  filter: Filter | undefined,
  target: SearchTarget,
): Promise<Rare | undefined> {
  const database = metadata.tables<Tables>()
  for (const comparison of conjuncts(filter)) {
    const lookup = target.lookup?.(comparison)
    if (!lookup) continue
    const found = database.selectFrom(lookup.select.as('found'))
    // Counted before they are listed: most often they are many.
    const some = found.select(sql<number>`1`.as('one')).limit(mostListed + 1)
    const { area, key, comparator, value } = comparison
    const asked = JSON.stringify([lookup.column, area, key, comparator, value])
    const count = async () => (await countOf(database, some.as('some'))) > mostListed
    if (await areMany(metadata, asked, count)) continue
    const rows = await found.select(sql<string | number>`found.run`.as('run')).execute()
    const values = rows.map((row) => row.run)
    return {
      isEmpty: values.length === 0,
      condition: among(lookup.column, values, metadata.dialect),
    }
  }
  return undefined
}

/** What must all be fulfilled. */
function conjuncts(filter: Filter | undefined): readonly Comparison[] {
  if (filter?.kind === 'comparison') return [filter]
  return filter?.kind === 'and' ? filter.parts.flatMap(conjuncts) : []
}
