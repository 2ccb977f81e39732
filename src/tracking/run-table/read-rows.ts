import { sql } from 'kysely'
import {
  commitOf,
  measured,
  programOf,
  type Run,
  type RunRow,
  type RunRows,
  type RunSource,
} from '#contract'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import { readValue } from '../metric-value.ts'
import type { TrackingTables } from '../tables.ts'
import { readColumn } from './column.ts'
import { groupsOfRows } from './group-runs.ts'
import { rowFacts, type RowFacts } from './row-facts.ts'

/**
 * Runs by number or by identifier, and the chosen columns of them; those that are not there are left out. Where they are `grouped` by
 * something, which group each is in.
 */
export async function readRows(
  metadata: Metadata,
  by: { readonly rows: readonly number[] } | { readonly runs: readonly string[] },
  columnIds: readonly string[],
  grouped: readonly string[] = [],
): Promise<RunRows> {
  const { dialect } = metadata
  const database = metadata.tables<TrackingTables>()
  const wanted = 'rows' in by ? by.rows : by.runs
  const columns = columnIds.map(readColumn)
  if (wanted.length === 0) return { runs: [], values: {} }
  const found = await database
    .selectFrom('runs')
    .select(['number', 'id', 'experiment', 'name', 'status', 'started_at', 'ended_at'])
    .select(['user_name', 'source'])
    .where(among('rows' in by ? 'number' : 'id', wanted, dialect))
    .execute()
  const place = new Map<number | string, number>(wanted.map((each, index) => [each, index]))
  const keyOf = (row: (typeof found)[number]) => ('rows' in by ? row.number : row.id)
  const rows = found.toSorted((a, b) => (place.get(keyOf(a)) ?? 0) - (place.get(keyOf(b)) ?? 0))
  const byNumber = new Map(rows.map((row, index) => [row.number, index]))
  const byId = new Map(rows.map((row, index) => [row.id, index]))
  const values: Record<string, (number | string | null)[]> = {}
  for (const { id } of columns) values[id] = rows.map(() => null)

  const metrics = columns.filter((column) => column.area === 'metrics').map(({ key }) => key)
  if (metrics.length > 0 && rows.length > 0) {
    const points = await sql<{
      run: number
      name: string
      value: number
      special: number
    }>`select l.run, k.name, l.value, l.special from metric_latest l
      join metric_keys k on k.id = l.key
      where ${among('l.run', [...byNumber.keys()], dialect)} and ${among('k.name', metrics, dialect)}`.execute(
      database,
    )
    for (const point of points.rows) {
      const column = values[`metrics.${point.name}`]
      const at = byNumber.get(Number(point.run))
      if (column && at !== undefined) column[at] = measured(readValue(point))
    }
  }
  for (const area of ['params', 'tags'] as const) {
    const keys = columns.filter((column) => column.area === area).map(({ key }) => key)
    if (keys.length === 0 || rows.length === 0) continue
    const entries = await database
      .selectFrom(area === 'params' ? 'run_params' : 'run_tags')
      .selectAll()
      .where(among('run', [...byId.keys()], dialect))
      .where(among('key', keys, dialect))
      .execute()
    for (const { run, key, value } of entries) {
      const column = values[`${area}.${key}`]
      const at = byId.get(run)
      if (column && at !== undefined) column[at] = value
    }
  }
  const factsOf = await rowFacts(metadata, [...byId.keys()])
  const runs = rows.map((row) => rowOf(row, factsOf(row.id)))
  if (grouped.length === 0) return { runs, values }
  const groupOf = await groupsOfRows(metadata, [...byNumber.keys()], grouped)
  return { runs, values, groups: rows.map(({ number }) => [...(groupOf.get(number) ?? [])]) }
}

interface Found {
  readonly number: number
  readonly id: string
  readonly experiment: string
  readonly name: string
  readonly status: string
  readonly started_at: number
  readonly ended_at: number | null
  readonly user_name: string
  readonly source: string
}

function rowOf(row: Found, { tags, ...facts }: RowFacts): RunRow {
  const source = JSON.parse(row.source) as RunSource
  const { dataset, datasetVersion } = source
  const [code, program] = [commitOf({ source, tags }), programOf({ source, tags })]
  return {
    ...facts,
    ...{ row: row.number, id: row.id, experiment: row.experiment, name: row.name },
    ...{ status: row.status as Run['status'], startedAt: row.started_at, user: row.user_name },
    ...(row.ended_at === null ? {} : { endedAt: row.ended_at }),
    ...(dataset === undefined ? {} : { dataset }),
    ...(datasetVersion === undefined ? {} : { datasetVersion }),
    ...(code === undefined ? {} : { code }),
    ...(program === undefined ? {} : { program }),
  }
}
