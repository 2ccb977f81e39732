import { sql, type RawBuilder } from 'kysely'
import { among } from '../among.ts'
import type { Comparison, Filter, OrderTerm } from './grammar.ts'
import type { Lookup, OrderingValues } from './lookups.ts'
import { postgresPattern } from './postgres-pattern.ts'
import { numberIn } from './reads-as-number.ts'

export type Condition = RawBuilder<boolean>
export type Dialect = 'sqlite' | 'postgres'

/** Where the things a filter speaks of are in the database. */
export interface SearchTarget {
  /** The column, or expression, of an attribute. */
  attribute(key: string): RawBuilder<unknown>
  /** Whether an attribute that is not one column passes the test. */
  hasAttribute?(
    key: string,
    test: (value: RawBuilder<unknown>) => Condition,
    value: Comparison['value'],
  ): Condition | undefined
  /** Whether a row has an entry of that area and key; with `test`, one whose value passes it. */
  has(
    area: string,
    key: string,
    test?: (value: RawBuilder<unknown>) => Condition,
    value?: Comparison['value'],
  ): Condition
  /** The value of an entry, to order by. */
  value(area: string, key: string): RawBuilder<unknown>
  /** What finds the rows that fulfil a comparison without looking at the others. */
  lookup?(comparison: Comparison): Lookup | undefined
  /** What rows are ordered by, where an index is in that order. */
  ordering?(area: string, key: string): OrderingValues | undefined
  /** Attributes that every row has: ordering by them needs no place for what is missing. */
  readonly always?: readonly string[]
  /** Areas whose values are metrics: doubles with a column that tells NaN apart. */
  readonly metricAreas?: readonly string[]
}

/** The filter as a condition. What lacks the key fulfils no comparison with it, `!=` included; only IS NULL. */
export function filterCondition(filter: Filter, target: SearchTarget, dialect: Dialect): Condition {
  switch (filter.kind) {
    case 'and':
      return joined(soonestRefused(filter.parts), sql` and `, target, dialect)
    case 'or':
      return joined(filter.parts, sql` or `, target, dialect)
    case 'not':
      return sql`not (${filterCondition(filter.part, target, dialect)})`
    case 'comparison':
      return comparison(filter, target, dialect)
  }
}

/**
 * A database tests in the order that is written: what a row itself tells comes first, then what fewest fulfil, by the comparator
 * alone. A page of runs by a metric and a param is found in four fifths of the time.
 */
function soonestRefused(parts: readonly Filter[]): readonly Filter[] {
  return parts.toSorted((a, b) => rankOf(a) - rankOf(b))
}

function rankOf(filter: Filter): number {
  if (filter.kind !== 'comparison') return 4
  if (filter.area === 'attributes') return 0
  if (['=', 'in'].includes(filter.comparator)) return 1
  return ['<', '<=', '>', '>='].includes(filter.comparator) ? 2 : 3
}

function joined(
  parts: readonly Filter[],
  separator: RawBuilder<unknown>,
  target: SearchTarget,
  dialect: Dialect,
): Condition {
  return sql`(${sql.join(
    parts.map((part) => filterCondition(part, target, dialect)),
    separator,
  )})`
}

function comparison(filter: Comparison, target: SearchTarget, dialect: Dialect): Condition {
  const { area, key, comparator } = filter
  if (area === 'attributes') {
    const test = (value: RawBuilder<unknown>): Condition => compared(value, filter, dialect)
    const own = target.hasAttribute?.(key, test, filter.value)
    if (own) return own
    const column = target.attribute(key)
    if (comparator === 'is null') return sql`${column} is null`
    if (comparator === 'is not null') return sql`${column} is not null`
    return test(column)
  }
  if (comparator === 'is null') return sql`not ${target.has(area, key)}`
  if (comparator === 'is not null') return target.has(area, key)
  if (target.metricAreas?.includes(area)) {
    return target.has(area, key, (value) => comparedMetric(value, filter, dialect))
  }
  return target.has(area, key, (value) => compared(value, filter, dialect), filter.value)
}

/** A NaN is unlike every number, and neither greater nor less. */
function comparedMetric(
  value: RawBuilder<unknown>,
  filter: Comparison,
  dialect: Dialect,
): Condition {
  const test = compared(value, filter, dialect)
  return filter.comparator === '!='
    ? sql`(special = 1 or ${test})`
    : sql`(special <> 1 and ${test})`
}

function compared(
  column: RawBuilder<unknown>,
  { area, comparator, value }: Comparison,
  dialect: Dialect,
): Condition {
  // What users write is text: a number is compared as the text it is written as, unless by size.
  const isText = area !== 'attributes' && area !== 'metrics'
  const isSized = ['<', '<=', '>', '>='].includes(comparator)
  const left = isText && isSized && typeof value === 'number' ? numberIn(column, dialect) : column
  const right = isText && !isSized && typeof value === 'number' ? String(value) : value
  switch (comparator) {
    case 'in':
      return among(left, listOf(value), dialect)
    case 'not in':
      return sql`not (${among(left, listOf(value), dialect)})`
    case 'like':
      return dialect === 'sqlite'
        ? sql`${left} glob ${globOf(String(right))}`
        : sql`${left} like ${right} escape ''`
    case 'rlike':
      return dialect === 'sqlite'
        ? sql`rlike(${right}, ${left}) = 1`
        : sql`${left} ~ ${postgresPattern(String(right))}`
    case 'ilike':
      // A backslash is a letter like others, as it is to SQLite.
      return dialect === 'sqlite'
        ? sql`lower(${left}) like ${String(right).toLowerCase()}`
        : sql`lower(${left}) like ${String(right).toLowerCase()} escape ''`
    default:
      return sql`${left} ${sql.raw(comparator)} ${numeric(right, area)}`
  }
}

/** PostgreSQL reads a number as its column's kind, and a fraction is no whole number. */
function numeric(value: Comparison['value'], area: string): RawBuilder<unknown> {
  const isOther = area === 'attributes' && typeof value === 'number' && !Number.isSafeInteger(value)
  return isOther ? sql`cast(${value} as double precision)` : sql`${value}`
}

function listOf(value: Comparison['value']): readonly (string | number)[] {
  return Array.isArray(value) ? (value as readonly (string | number)[]) : [value as string]
}

/** SQLite's LIKE does not tell capitals apart; its GLOB does, with other signs. */
function globOf(pattern: string): string {
  return pattern
    .replace(/[[\]*?]/g, (sign) => `[${sign}]`)
    .replaceAll('%', '*')
    .replaceAll('_', '?')
}

/** What to order by: for each term whether there is a value (NaN before none), then the value. */
export function orderBy(
  terms: readonly OrderTerm[],
  target: SearchTarget,
): readonly RawBuilder<unknown>[] {
  return terms.flatMap(({ area, key, direction }) => {
    const value = area === 'attributes' ? target.attribute(key) : target.value(area, key)
    const way = sql.raw(direction)
    if (area === 'attributes' && target.always?.includes(key)) return [sql`${value} ${way}`]
    if (!target.metricAreas?.includes(area)) {
      return [sql`case when ${value} is null then 1 else 0 end`, sql`${value} ${way}`]
    }
    const special = target.value(`${area}.special`, key)
    return [
      sql`case when ${special} is null then 2 when ${special} = 1 then 1 else 0 end`,
      sql`${value} ${way}`,
    ]
  })
}
