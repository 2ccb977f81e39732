import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { Metadata } from '#store'
import type { TrackingTables } from '../tables.ts'
import { readColumn } from './column.ts'
import { ofExperiments } from './matching-runs.ts'

export interface RunKeys {
  readonly metrics: readonly string[]
  readonly params: readonly string[]
  readonly tags: readonly string[]
}

const freshMs = 15_000

/**
 * The keys of experiments' runs. There is no table of them, so a first question reads every run's keys (100,000 runs of 12 metrics:
 * under a second); the answer is kept for some seconds, as one follows each letter of a search box.
 */
export function openKeys(metadata: Metadata, now: () => number) {
  const kept = new Map<string, { readonly at: number; readonly keys: Promise<RunKeys> }>()
  return (experiments: readonly string[]): Promise<RunKeys> => {
    const name = experiments.join(',')
    const before = kept.get(name)
    if (before && now() - before.at < freshMs) return before.keys
    const keys = readKeys(metadata, experiments)
    kept.set(name, { at: now(), keys })
    keys.catch(() => kept.delete(name))
    for (const [other, { at }] of kept) if (now() - at >= freshMs) kept.delete(other)
    return keys
  }
}

async function readKeys(metadata: Metadata, experiments: readonly string[]): Promise<RunKeys> {
  const database = metadata.tables<TrackingTables>()
  const read = async (query: RawBuilder<{ name: string }>): Promise<string[]> =>
    (await query.execute(database)).rows.map(({ name }) => name).toSorted(byName)
  const runs = (column: string) => sql`select ${sql.ref(column)} from runs
    where ${ofExperiments(experiments)} and runs.removed_at is null`
  return {
    metrics: await read(sql`select name from metric_keys where id in
      (select distinct key from metric_latest where run in (${runs('number')}))`),
    params: await read(
      sql`select distinct key as name from run_params where run in (${runs('id')})`,
    ),
    tags: await read(sql`select distinct key as name from run_tags where run in (${runs('id')})`),
  }
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const byName = (a: string, b: string): number => collator.compare(a, b)

const columns: Readonly<Record<string, string>> = {
  status: 'status',
  user: 'user_name',
  user_id: 'user_name',
  name: 'name',
  run_name: 'name',
}

/** The commonest values of a param, a tag or an attribute. */
export async function commonValues(
  metadata: Metadata,
  experiments: readonly string[],
  of: string,
  text: string,
): Promise<readonly { readonly value: string; readonly runs: number }[]> {
  const database = metadata.tables<TrackingTables>()
  const column = columns[of.replace(/^attributes?\./, '')]
  const within = sql`${ofExperiments(experiments)} and runs.removed_at is null`
  const begins = (value: RawBuilder<unknown>) =>
    text === ''
      ? sql``
      : sql` and substr(lower(${value}), 1, ${text.length}) = ${text.toLowerCase()}`
  const select = () => {
    if (column !== undefined) {
      const value = sql.ref(`runs.${column}`)
      return sql`select ${value} as value, count(*) as runs from runs where ${within}${begins(value)}`
    }
    const { area, key } = readColumn(of)
    if (area === 'metrics') {
      throw new TidemillError('bad_request', {
        problem: `${of} is a metric; it has no common values.`,
      })
    }
    const value = sql.ref('e.value')
    return sql`select e.value as value, count(*) as runs from runs
      join ${sql.table(area === 'params' ? 'run_params' : 'run_tags')} e
        on e.run = runs.id and e.key = ${key} where ${within}${begins(value)}`
  }
  const { rows } = await sql<{ value: string; runs: number }>`${select()}
    group by 1 order by runs desc, value limit 50`.execute(database)
  return rows.map(({ value, runs }) => ({ value, runs: Number(runs) }))
}
