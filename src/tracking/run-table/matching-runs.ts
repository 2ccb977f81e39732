import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import { filterCondition, type Condition, type Dialect } from '../search/conditions.ts'
import type { OrderTerm } from '../search/grammar.ts'
import { parseFilter } from '../search/parse-filter.ts'
import { numberIn, readsAsNumber } from '../search/reads-as-number.ts'
import { runGrammar, runTarget } from '../search/run-search.ts'
import { groupValue } from './group-value.ts'

/** Which runs a table is of. */
export interface TableSearch {
  /** By identifier. */
  readonly experiments: readonly string[]
  readonly filter?: string
  /** The removed ones instead of the others. */
  readonly removed?: boolean
  /** Of one group alone: what was grouped by, and the group's values. */
  readonly group?: readonly (readonly [by: string, value: string | null])[]
}

export const tableGrammar = runGrammar(false)

export function matchingRuns(search: TableSearch, dialect: Dialect): Condition {
  const parsed = parseFilter(search.filter ?? '', tableGrammar)
  const parts = [
    ofExperiments(search.experiments),
    sql`runs.removed_at is ${sql.raw(search.removed ? 'not null' : 'null')}`,
    ...(parsed === undefined ? [] : [filterCondition(parsed, runTarget(), dialect)]),
    ...(search.group ?? []).map(([by, value]) =>
      value === null
        ? sql`${groupValue(by, dialect)} is null`
        : sql`${groupValue(by, dialect)} = ${value}`,
    ),
  ]
  return sql`${sql.join(parts, sql` and `)}`
}

/** Throws what is wrong with a filter, and where. */
export function checkRunFilter(filter: string): void {
  parseFilter(filter, tableGrammar)
}

/** The runs of these experiments. */
export function ofExperiments(experiments: readonly string[]): Condition {
  if (experiments.length > 0) return sql`runs.experiment in (${sql.join([...experiments])})`
  const problem = 'No experiment is named: give identifiers separated by commas.'
  throw new TidemillError('bad_request', { problem })
}

interface Ordering {
  /** One join for each metric, param or tag: a lookup a run instead of one for each time the value is named. */
  readonly joins: RawBuilder<unknown>
  readonly ways: RawBuilder<unknown>
}

/** An order's SQL. Params and tags that read as numbers stand by size before those that do not; what has no value stands last. */
export function ordering(terms: readonly OrderTerm[], dialect: Dialect): Ordering {
  const target = runTarget()
  const joins: RawBuilder<unknown>[] = []
  const ways = terms.flatMap(({ area, key, direction }, index) => {
    const way = sql.raw(direction)
    if (area === 'attributes') {
      const value = target.attribute(key)
      return [sql`case when ${value} is null then 1 else 0 end`, sql`${value} ${way}`]
    }
    const name = `o${index}`
    const value = sql.ref(`${name}.value`)
    if (area === 'metrics') {
      joins.push(sql`left join metric_latest ${sql.ref(name)} on ${sql.ref(`${name}.run`)} = runs.number
        and ${sql.ref(`${name}.key`)} = (select id from metric_keys where name = ${key})`)
      const special = sql.ref(`${name}.special`)
      return [
        sql`case when ${special} is null then 2 when ${special} = 1 then 1 else 0 end`,
        sql`${value} ${way}`,
      ]
    }
    const entries = sql.table(area === 'params' ? 'run_params' : 'run_tags')
    joins.push(sql`left join ${entries} ${sql.ref(name)} on ${sql.ref(`${name}.run`)} = runs.id
      and ${sql.ref(`${name}.key`)} = ${key}`)
    const isNumber = readsAsNumber(value, dialect)
    return [
      sql`case when ${value} is null then 2 when ${isNumber} then 0 else 1 end`,
      sql`${numberIn(value, dialect)} ${way}`,
      sql`${value} ${way}`,
    ]
  })
  return {
    joins: joins.length === 0 ? sql`` : sql.join(joins, sql` `),
    ways: sql.join([...ways, sql`runs.started_at desc`, sql`runs.id desc`]),
  }
}
