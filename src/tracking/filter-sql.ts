import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { Comparison, Filter } from './filter-parse.ts'

type Condition = RawBuilder<boolean>

const attributes: Readonly<Record<string, string>> = {
  run_id: 'id',
  id: 'id',
  run_name: 'name',
  name: 'name',
  status: 'status',
  start_time: 'started_at',
  started: 'started_at',
  created: 'started_at',
  end_time: 'ended_at',
  ended: 'ended_at',
  user_id: 'user_name',
  user: 'user_name',
}

/** The filter as a condition on rows of `runs`. A run without the key fulfils no comparison with it, `!=` included. */
export function filterCondition(filter: Filter, dialect: 'sqlite' | 'postgres'): Condition {
  switch (filter.kind) {
    case 'and':
      return join(filter.parts, sql` and `, dialect)
    case 'or':
      return join(filter.parts, sql` or `, dialect)
    case 'not':
      return sql`not (${filterCondition(filter.part, dialect)})`
    case 'comparison':
      return comparison(filter, dialect)
  }
}

function join(
  parts: readonly Filter[],
  separator: RawBuilder<unknown>,
  dialect: 'sqlite' | 'postgres',
): Condition {
  return sql`(${sql.join(
    parts.map((part) => filterCondition(part, dialect)),
    separator,
  )})`
}

function comparison(filter: Comparison, dialect: 'sqlite' | 'postgres'): Condition {
  const { area, key } = filter
  switch (area) {
    case 'metrics':
      return sql`exists (select 1 from run_latest_metrics as m where m.run = runs.id and m.key = ${key} and ${compared(sql.ref('m.value'), filter, dialect)})`
    case 'params':
      return sql`exists (select 1 from run_params as p where p.run = runs.id and p.key = ${key} and ${compared(sql.ref('p.value'), filter, dialect)})`
    case 'tags':
      return sql`exists (select 1 from run_tags as t where t.run = runs.id and t.key = ${key} and ${compared(sql.ref('t.value'), filter, dialect)})`
    case 'attributes':
      return compared(sql.ref(`runs.${attributeColumn(key)}`), statusWords(filter), dialect)
  }
}

export function attributeColumn(key: string): string {
  const column = attributes[key.toLowerCase()]
  if (column !== undefined) return column
  const known = ['run_id', 'run_name', 'status', 'start_time', 'end_time', 'user_id'].join(', ')
  throw new TidemillError('bad_request', {
    problem: `There is no attribute ${key}; there are ${known}.`,
  })
}

/** A status is kept in small letters; others write it in capitals. */
function statusWords(filter: Comparison): Comparison {
  if (filter.key.toLowerCase() !== 'status') return filter
  const { value } = filter
  if (typeof value === 'number') return filter
  return {
    ...filter,
    value:
      typeof value === 'string' ? value.toLowerCase() : value.map((each) => each.toLowerCase()),
  }
}

function compared(
  column: RawBuilder<unknown>,
  { area, comparator, value }: Comparison,
  dialect: 'sqlite' | 'postgres',
): Condition {
  // Params and tags are texts: a number is compared as the text it is written as, unless by size.
  const sized = ['<', '<=', '>', '>='].includes(comparator)
  const asNumber = sized && area !== 'attributes' && area !== 'metrics' && typeof value === 'number'
  const left = asNumber ? sql`cast(${column} as double precision)` : column
  const right =
    typeof value === 'number' && !sized && (area === 'params' || area === 'tags')
      ? String(value)
      : value
  switch (comparator) {
    case 'in':
      return sql`${left} in (${sql.join(value as readonly string[])})`
    case 'not in':
      return sql`${left} not in (${sql.join(value as readonly string[])})`
    case 'like':
      return dialect === 'sqlite'
        ? sql`${left} glob ${globOf(String(right))}`
        : sql`${left} like ${right}`
    case 'ilike':
      return sql`lower(${left}) like ${String(right).toLowerCase()}`
    default:
      return sql`${left} ${sql.raw(comparator)} ${right}`
  }
}

/** SQLite's LIKE does not tell capitals apart; its GLOB does, with other signs. */
function globOf(pattern: string): string {
  return pattern
    .replace(/[[\]*?]/g, (sign) => `[${sign}]`)
    .replaceAll('%', '*')
    .replaceAll('_', '?')
}
