import { sql, type RawBuilder } from 'kysely'
import { TidemillError, type RunGroup, type Spread } from '#contract'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { Dialect } from '../search/conditions.ts'
import type { TrackingTables } from '../tables.ts'
import { readColumn } from './column.ts'
import { groupValue } from './group-value.ts'
import { matchingRuns, type TableSearch } from './matching-runs.ts'

const most = 5000

/** Runs by equal values, the largest group first, with the spread of metrics in each. */
export async function groupRuns(
  metadata: Metadata,
  search: TableSearch,
  by: readonly string[],
  metrics: readonly string[],
): Promise<{ readonly groups: readonly RunGroup[]; readonly total: number }> {
  const { dialect } = metadata
  const database = metadata.tables<TrackingTables>()
  const names = by.map((_, index) => sql.ref(`g${index}`))
  const values = valuesBy(by, dialect)
  const matched = sql`select runs.number, runs.started_at, ${values} from runs
    where ${matchingRuns(search, dialect)}`
  const counted = await sql<Record<string, unknown>>`
    select ${sql.join(names)}, count(*) as runs, max(started_at) as last from (${matched}) m
    group by ${sql.join(names)} order by runs desc, last desc`.execute(database)
  const keys = metrics.map(readColumn).flatMap(({ area, key }) => (area === 'metrics' ? [key] : []))
  const spreads = new Map<string, Record<string, Spread>>()
  if (keys.length > 0) {
    const { rows } = await sql<Record<string, unknown>>`
      select ${sql.join(names)}, k.name as metric, count(*) as count, min(l.value) as min,
        max(l.value) as max, avg(l.value) as mean
      from (${matched}) m join metric_latest l on l.run = m.number
      join metric_keys k on k.id = l.key
      where l.special = 0 and ${among('k.name', keys, dialect)}
      group by ${sql.join(names)}, k.name`.execute(database)
    for (const row of rows) {
      const group = JSON.stringify(valuesOf(row, by))
      const known = spreads.get(group) ?? {}
      const [count, min, max, mean] = [row.count, row.min, row.max, row.mean].map(Number)
      known[String(row.metric)] = {
        count: count ?? 0,
        min: min ?? 0,
        max: max ?? 0,
        mean: mean ?? 0,
      }
      spreads.set(group, known)
    }
  }
  const groups = counted.rows.slice(0, most).map((row) => {
    const own = valuesOf(row, by)
    return {
      values: [...own],
      runs: Number(row.runs),
      lastRunAt: Number(row.last),
      metrics: spreads.get(JSON.stringify(own)) ?? {},
    }
  })
  return { groups, total: counted.rows.length }
}

/** The group that each of some runs is in, by the number of the run. */
export async function groupsOfRows(
  metadata: Metadata,
  numbers: readonly number[],
  by: readonly string[],
): Promise<ReadonlyMap<number, RunGroup['values']>> {
  const { dialect } = metadata
  const { rows } = await sql<Record<string, unknown>>`
    select runs.number, ${valuesBy(by, dialect)} from runs
    where ${among('runs.number', numbers, dialect)}`.execute(metadata.tables<TrackingTables>())
  return new Map(rows.map((row) => [Number(row.number), [...valuesOf(row, by)]]))
}

/** What groups are told apart by, as `g0`, `g1`, `g2`. */
function valuesBy(by: readonly string[], dialect: Dialect): RawBuilder<unknown> {
  if (by.length === 0 || by.length > 3) {
    const problem = `Runs are grouped by one to three things, not by ${by.length}.`
    throw new TidemillError('bad_request', { problem })
  }
  return sql.join(
    by.map((each, index) => sql`${groupValue(each, dialect)} as ${sql.ref(`g${index}`)}`),
  )
}

function valuesOf(
  row: Readonly<Record<string, unknown>>,
  by: readonly string[],
): readonly (string | null)[] {
  return by.map((_, index) => {
    const value = row[`g${index}`]
    return value === null || value === undefined ? null : String(value as string)
  })
}
