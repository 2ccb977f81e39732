import { sql } from 'kysely'
import type { Metadata } from '#store'
import { parseOrder, splitOrder } from '../search/parse-order.ts'
import type { TrackingTables } from '../tables.ts'
import { matchingRuns, ordering, tableGrammar, type TableSearch } from './matching-runs.ts'

/** A page keeps so many numbers; beyond, it says how many more there are. */
const most = 200_000

export interface RunOrder {
  readonly rows: readonly number[]
  /** The parent of each, 0 where it has none among the rows; only when some has one. */
  readonly parents?: readonly number[]
  readonly total: number
}

/** The numbers of all runs of a search, in order. A metric's order costs one lookup a run. */
export async function orderRuns(
  metadata: Metadata,
  search: TableSearch,
  order: string | undefined,
  nested: boolean,
): Promise<RunOrder> {
  const { dialect } = metadata
  const { joins, ways } = ordering(parseOrder(splitOrder(order ?? ''), tableGrammar), dialect)
  const parent = nested
    ? sql`left join run_tags pt on pt.run = runs.id and pt.key = 'mlflow.parentRunId'
        left join runs p on p.id = pt.value`
    : sql``
  const found = await sql<{ number: number; parent: number | null }>`
    select runs.number, ${nested ? sql`p.number` : sql`null`} as parent from runs ${joins} ${parent}
    where ${matchingRuns(search, dialect)} order by ${ways} limit ${most + 1}`.execute(
    metadata.tables<TrackingTables>(),
  )
  const kept = found.rows.slice(0, most)
  const rows = kept.map((row) => Number(row.number))
  const total = found.rows.length > most ? await countRuns(metadata, search) : found.rows.length
  if (!kept.some((row) => row.parent !== null)) return { rows, total }
  const known = new Set(rows)
  const named = new Map(kept.map(({ number, parent: of }) => [Number(number), Number(of ?? 0)]))
  for (const [row, of] of named) if (!known.has(of)) named.set(row, 0)
  openCircles(named)
  return { rows, parents: rows.map((row) => named.get(row) ?? 0), total }
}

/** Of runs whose tags name each other as parents in a circle, the first has none: from above, no line would lead to them. */
function openCircles(parents: Map<number, number>): void {
  const from = new Map<number, number>()
  for (const first of parents.keys()) {
    let row = first
    while (row !== 0 && !from.has(row)) {
      from.set(row, first)
      row = parents.get(row) ?? 0
    }
    if (from.get(row) === first) parents.set(row, 0)
  }
}

async function countRuns(metadata: Metadata, search: TableSearch): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from runs
    where ${matchingRuns(search, metadata.dialect)}`.execute(metadata.tables<TrackingTables>())
  return Number(rows[0]?.count ?? 0)
}
