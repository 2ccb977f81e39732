import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'
import { standing } from '../standing.ts'
import { dimensionOf, sources, valueOf } from './facts.ts'
import { checkMeasure, costMeasures, type Aggregation, type View } from './measures.ts'
import { traceFilter } from './trace-filter.ts'

export interface TraceQuestion {
  readonly experiments: readonly string[]
  readonly view: View
  readonly metric: string
  readonly aggregations: readonly Aggregation[]
  readonly dimensions: readonly string[]
  /** Each one comparison; all must hold. */
  readonly filters: readonly string[]
  /** Seconds; the time between `from` and `until` is cut into such pieces. */
  readonly interval?: number
  /** Both included. */
  readonly from?: number
  readonly until?: number
  readonly most: number
}

export interface TraceFigure {
  /** When its piece of time begins. */
  readonly bucket?: number
  /** As the question's dimensions are. */
  readonly dimensions: readonly string[]
  /** As the question's aggregations are; what has no value is undefined. */
  readonly values: readonly (number | undefined)[]
}

type Part = RawBuilder<unknown>

/**
 * Numbers of many traces, spans or judgements, by piece of time and by what they are of. Percentiles lie linearly between two values, as
 * percentile_cont of SQL has them, which SQLite has not: rows are ranked instead.
 */
export async function measureTraces(
  metadata: Metadata,
  question: TraceQuestion,
): Promise<readonly TraceFigure[]> {
  const { view, metric, aggregations, dimensions, interval } = question
  checkMeasure(view, metric, aggregations, dimensions)
  if (interval !== undefined && (question.from === undefined || question.until === undefined)) {
    const problem = 'start_time_ms and end_time_ms are required if time_interval_seconds is set.'
    throw new TidemillError('bad_request', { problem })
  }
  if (interval !== undefined && !(interval > 0)) {
    const problem = `time_interval_seconds is a number above 0, not ${interval}.`
    throw new TidemillError('bad_request', { problem })
  }
  const { dialect } = metadata
  const { from, at } = sources[view]
  const groups = [
    ...(interval === undefined ? [] : [bucketOf(at, interval * 1000)]),
    ...dimensions.map((dimension) => dimensionOf(dimension, dialect)),
  ]
  const names = groups.map((_, index) => sql.ref(`g${index}`))
  const by = (word: string): Part =>
    names.length === 0 ? sql`` : sql`${sql.raw(word)} ${sql.join(names)}`
  // Texts in the order of their letters' numbers, whatever a database of PostgreSQL sorts by.
  const order = names.map((name, index) =>
    dialect === 'postgres' && index >= groups.length - dimensions.length
      ? sql`cast(${name} as text) collate "C"`
      : name,
  )
  const facts = sql`select ${sql.join([
    ...groups.map((group, index) => sql`${group} as ${names[index]}`),
    sql`${valueOf(view, metric, dialect)} as value`,
  ])} from ${from} where ${sql.join(conditionsOf(question, dialect), sql` and `)}`
  const present = sql.join(
    [sql.ref('value'), ...names].map((name) => sql`${name} is not null`),
    sql` and `,
  )
  const ranked = aggregations.some(({ kind }) => kind === 'percentile')
    ? sql`, row_number() over (${by('partition by')} order by value) - 1 as place,
        count(*) over (${by('partition by')}) - 1 as top`
    : sql``
  const values = aggregations.map(
    (each, index) => sql`${aggregated(each, metric)} as ${sql.ref(`v${index}`)}`,
  )
  const { rows } = await sql<Record<string, unknown>>`
    select ${sql.join([...names, ...values])}
    from (select f.*${ranked} from (${facts}) f where ${present}) m
    ${by('group by')} ${order.length === 0 ? sql`` : sql`order by ${sql.join(order)}`} limit ${question.most}`.execute(
    metadata.tables<TrackingTables>(),
  )
  return rows.map((row) => {
    const own = names.map((_, index) => row[`g${index}`])
    const [bucket, ...rest] = interval === undefined ? [undefined, ...own] : own
    return {
      ...(bucket === undefined ? {} : { bucket: Number(bucket) }),
      dimensions: rest.map(String),
      values: aggregations.map((_, index) => {
        const value = row[`v${index}`]
        return value === null || value === undefined ? undefined : Number(value)
      }),
    }
  })
}

function conditionsOf(
  { experiments, view, metric, filters, from, until }: TraceQuestion,
  dialect: 'sqlite' | 'postgres',
): readonly RawBuilder<boolean>[] {
  // What spans cost is theirs; how many there were and how long they took is of traces in that time.
  const at = view === 'spans' && costMeasures.includes(metric) ? sql.ref('s.started_at') : null
  const time = at ?? sql.ref('t.started_at')
  return [
    among('t.experiment', experiments, dialect),
    ...(from === undefined ? [] : [sql<boolean>`${time} >= ${from}`]),
    ...(until === undefined ? [] : [sql<boolean>`${time} <= ${until}`]),
    ...(view === 'assessments' ? [standing(dialect)] : []),
    ...filters.map((filter) => traceFilter(filter, view)),
  ]
}

/** Whole multiples, also before 1970. */
function bucketOf(at: Part, size: number): Part {
  const piece = sql.lit(size)
  return sql`${at} - ((${at} % ${piece}) + ${piece}) % ${piece}`
}

function aggregated({ kind, percentile }: Aggregation, metric: string): Part {
  if (kind === 'percentile') {
    const place = sql`(${sql.lit((percentile ?? 0) / 100)} * top)`
    const below = sql`max(case when place <= ${place} then value end)`
    const above = sql`min(case when place >= ${place} then value end)`
    const share = sql`min(case when place <= ${place} then ${place} - place end)`
    return sql`${below} + (${above} - ${below}) * ${share}`
  }
  if (kind === 'count') {
    return metric === 'session_count' ? sql`count(distinct value)` : sql`count(*)`
  }
  return sql`cast(${sql.raw(kind)}(value) as double precision)`
}
