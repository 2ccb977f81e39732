import { sql } from 'kysely'
import type { Metadata } from '#store'
import type { Condition } from './conditions.ts'
import { isNaN } from './indexed.ts'
import type { OrderingValues } from './lookups.ts'

/** Where a page ended: among those with a number, with NaN or without a value. */
export interface ValuePlace {
  readonly part: 0 | 1 | 2
  readonly value: number
  readonly key: readonly [number, string]
}

export interface ValueSearch {
  readonly table: string
  readonly natural: readonly [string, string]
  readonly conditions: readonly Condition[]
  readonly values: OrderingValues
  readonly direction: 'asc' | 'desc'
  readonly after?: ValuePlace
  readonly limit: number
  /** Begin with the searched rows, because they are few, and not with the values in their order. */
  readonly rowsFirst: boolean
}

export interface ValueRow {
  readonly part: 0 | 1 | 2
  readonly row: Record<string, unknown>
}

type Tables = Record<string, Record<string, unknown>>

/**
 * Rows in the order of a metric: numbers by size, then NaN, then what has none, each of these in the natural order. Three searches one
 * after the other, because the first can follow an index; one over all of them had to sort a million runs for a page.
 */
export async function rowsByValue(
  metadata: Metadata,
  search: ValueSearch,
): Promise<readonly ValueRow[]> {
  const found: ValueRow[] = []
  for (const part of [0, 1, 2] as const) {
    if (part < (search.after?.part ?? 0)) continue
    const rows = await rowsOfPart(metadata, search, part, search.limit - found.length)
    for (const row of rows) found.push({ part, row })
    if (found.length >= search.limit) break
  }
  return found
}

function rowsOfPart(
  metadata: Metadata,
  { table, natural, conditions, values, direction, after, rowsFirst }: ValueSearch,
  part: 0 | 1 | 2,
  limit: number,
): Promise<readonly Record<string, unknown>[]> {
  const database = metadata.tables<Tables>()
  const [time, id] = natural.map((name) => sql.ref(`${table}.${name}`))
  const place = after?.part === part ? after : undefined
  const isLater = place && sql<boolean>`(${time}, ${id}) < (${place.key[0]}, ${place.key[1]})`
  const way = [sql`${time} desc`, sql`${id} desc`]
  if (part === 2) {
    const all = [...conditions, values.missing, ...(isLater ? [isLater] : [])]
    return database
      .selectFrom(table)
      .selectAll(table)
      .where(sql<boolean>`${sql.join(all, sql` and `)}`)
      .orderBy(sql.join(way))
      .limit(limit)
      .execute()
  }
  // A cross join, because SQLite leaves its tables in the order they are written in.
  const [first, second] = rowsFirst ? [table, values.table] : [values.table, table]
  const isBehind = direction === 'asc' ? sql`>` : sql`<`
  const all = [
    values.isOfKey,
    values.belongs,
    sql<boolean>`(${sql.raw(isNaN)}) = ${part}`,
    ...conditions,
    ...(isLater && place && part === 0
      ? [
          sql<boolean>`${values.value} ${isBehind}= ${place.value}`,
          sql<boolean>`(${values.value} ${isBehind} ${place.value} or ${isLater})`,
        ]
      : []),
    ...(isLater && part === 1 ? [isLater] : []),
  ]
  const order = part === 0 ? [sql`${values.value} ${sql.raw(direction)}`, ...way] : way
  return database
    .selectFrom(first)
    .crossJoin(second)
    .selectAll(table)
    .select(sql<unknown>`${values.value}`.as('ordering_value'))
    .where(sql<boolean>`${sql.join(all, sql` and `)}`)
    .orderBy(sql.join(order))
    .limit(limit)
    .execute()
}
