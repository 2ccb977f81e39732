import { sql, type RawBuilder } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import { filterCondition, type Condition } from './conditions.ts'
import { parseFilter } from './parse-filter.ts'
import { traceGrammar, traceTarget } from './trace-search.ts'

/** Two filters over the same traces. */
export interface TwoFilters {
  readonly experiments: readonly string[]
  /** What all that are counted fulfil. */
  readonly base?: string
  readonly first: string
  readonly second: string
}

export interface TwoCounts {
  readonly total: number
  readonly first: number
  readonly second: number
  readonly both: number
}

/** How many traces there are, and how many of them fulfil each of two filters and both, in one pass. */
export async function countTraces(
  metadata: Metadata,
  { experiments, base = '', first, second }: TwoFilters,
): Promise<TwoCounts> {
  const { dialect } = metadata
  const target = traceTarget(dialect)
  const conditionOf = (filter: string): Condition => {
    const parsed = parseFilter(filter, traceGrammar(true))
    return parsed ? filterCondition(parsed, target, dialect) : sql`1 = 1`
  }
  const counted = (condition: Condition): RawBuilder<number> =>
    sql<number>`coalesce(sum(case when ${condition} then 1 else 0 end), 0)`
  const [one, other] = [conditionOf(first), conditionOf(second)]
  const { total, ofFirst, ofSecond, ofBoth } = await metadata
    .tables<{ traces: { id: string } }>()
    .selectFrom('traces')
    .select([
      sql<number>`count(*)`.as('total'),
      counted(one).as('ofFirst'),
      counted(other).as('ofSecond'),
      counted(sql`(${one}) and (${other})`).as('ofBoth'),
    ])
    .where(among('traces.experiment', experiments, dialect))
    .where(conditionOf(base))
    .executeTakeFirstOrThrow()
  const numbers = [total, ofFirst, ofSecond, ofBoth].map(Number)
  const [all = 0, a = 0, b = 0, both = 0] = numbers
  return { total: all, first: a, second: b, both }
}
