import { sql, type RawBuilder } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import { questionOf, readCursor, writeCursor } from '../pages.ts'
import { filterCondition, orderBy, type Condition, type SearchTarget } from './conditions.ts'
import type { Filter, Grammar } from './grammar.ts'
import { parseFilter } from './parse-filter.ts'
import { areFew, rareComparison } from './narrowing.ts'
import { parseOrder } from './parse-order.ts'
import { rowsByValue } from './rows-by-value.ts'

export interface Search {
  readonly filter?: string
  /** Another one that must hold too; where either cannot be read, its own characters are counted. */
  readonly also?: string
  readonly order?: readonly string[]
  readonly cursor?: string
  readonly limit?: number
  /** Of what is hidden too, or alone; only what is not, unless said. */
  readonly removed?: 'without' | 'only' | 'with'
  /** Reads only what MLflow's servers read. */
  readonly strict?: boolean
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

export interface Searched {
  readonly table: string
  readonly grammar: Grammar
  readonly target: SearchTarget
  /** The order when none is asked for, newest first: a time and an identifier. */
  readonly natural: readonly [string, string]
  /** Only rows whose column is one of these. */
  readonly within?: { readonly column: string; readonly values: readonly string[] }
  /** Only these rows. */
  readonly where?: Condition
  /** Whether rows can be hidden. */
  readonly removable?: boolean
}

/** One page of a table's rows. In the natural order a page begins after a key, which rows added meanwhile do not move. */
export async function searchRows(
  metadata: Metadata,
  search: Search,
  { table, grammar, target, natural, within, where, removable = true }: Searched,
): Promise<{ readonly rows: readonly Record<string, unknown>[]; readonly next?: string }> {
  const { filter = '', also = '', order = [], cursor, limit = 100, removed = 'without' } = search
  const { dialect } = metadata
  const parsed = both(parseFilter(filter, grammar), parseFilter(also, grammar))
  const terms = parseOrder(order, grammar)
  const [time, id] = [sql.ref(`${table}.${natural[0]}`), sql.ref(`${table}.${natural[1]}`)]
  const question = questionOf([table, filter, ...(also === '' ? [] : [also]), order, removed])
  const place = cursor === undefined ? undefined : readCursor(cursor, question)
  const all: Condition[] = [
    ...(!removable || removed === 'with'
      ? []
      : [
          sql<boolean>`${sql.ref(`${table}.removed_at`)} is ${sql.raw(removed === 'only' ? 'not null' : 'null')}`,
        ]),
    ...(where ? [where] : []),
    ...(parsed === undefined ? [] : [filterCondition(parsed, target, dialect)]),
  ]
  const [term] = terms
  const values = terms.length === 1 && term ? target.ordering?.(term.area, term.key) : undefined
  const canNarrow = parsed !== undefined && target.lookup !== undefined
  const isWithin = (column: string | RawBuilder<unknown>): readonly Condition[] =>
    within ? [among(column, within.values, dialect)] : []
  const own = within ? sql.ref(`${table}.${within.column}`) : sql``
  const few = (canNarrow || values !== undefined) && (await areFew(metadata, { table, ...within }))
  const rare = few ? undefined : await rareComparison(metadata, parsed, target)
  if (rare?.isEmpty) return { rows: [] }
  // With a plus before it, SQLite asks no index of a column: the listed rows are fewer than those of any.
  const unindexed = (column: RawBuilder<unknown>): RawBuilder<unknown> =>
    rare && dialect === 'sqlite' ? sql`+${column}` : column
  const narrowed = [...(rare ? [rare.condition] : []), ...isWithin(unindexed(own)), ...all]

  if (values && term) {
    const after = place?.key && {
      part: place.part ?? 0,
      value: place.value ?? 0,
      key: place.key,
    }
    const found = await rowsByValue(metadata, {
      ...{ table, natural, values, limit: limit + 1 },
      conditions: narrowed,
      direction: term.direction,
      rowsFirst: few || rare !== undefined,
      ...(after ? { after } : {}),
    })
    const rows = found.slice(0, limit).map((each) => each.row)
    const end = found[limit - 1]
    if (found.length <= limit || !end) return { rows }
    const key = [Number(end.row[natural[0]]), String(end.row[natural[1]])] as const
    const value = Number(end.row.ordering_value ?? 0)
    return { rows, next: writeCursor({ offset: 0, question, key, part: end.part, value }) }
  }

  const isNatural = terms.length === 0
  const conditions = [
    ...narrowed,
    ...(isNatural && place?.key
      ? [sql<boolean>`(${unindexed(time)}, ${id}) < (${place.key[0]}, ${place.key[1]})`]
      : []),
  ]
  const condition = conditions.length === 0 ? sql`1 = 1` : sql.join(conditions, sql` and `)
  const ways = [...orderBy(terms, target), sql`${unindexed(time)} desc`, sql`${id} desc`]
  const offset = isNatural ? 0 : (place?.offset ?? 0)
  const rows = await metadata
    .tables<Record<string, Record<string, unknown>>>()
    .selectFrom(table)
    .selectAll(table)
    .where(condition as Condition)
    .orderBy(sql.join(ways))
    .limit(limit + 1)
    .offset(offset)
    .execute()
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  if (rows.length <= limit || !last) return { rows: shown }
  const key = [Number(last[natural[0]]), String(last[natural[1]])] as const
  return { rows: shown, next: writeCursor({ offset: offset + shown.length, question, key }) }
}

function both(one: Filter | undefined, other: Filter | undefined): Filter | undefined {
  return one && other ? { kind: 'and', parts: [one, other] } : (one ?? other)
}
