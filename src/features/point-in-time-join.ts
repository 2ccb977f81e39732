import { TidemillError } from '#contract'
import type { Query } from '#query'
import { identifier as q } from '#store'
import { drop, integerColumn, withColumn, type Table } from '#table'
import type { FeatureView } from './feature-view.ts'

export interface JoinedView {
  readonly view: FeatureView
  readonly rows: Table
}

export interface JoinOptions {
  /** The column of the entity rows with the time to look from. */
  readonly time: string
  /** Names features `view__feature`, so that two views may have features of one name. */
  readonly fullNames?: boolean
  /** Leaves out rows that were written after the time looked from: what was not known then cannot leak in. */
  readonly knownThen?: boolean
}

const rowColumn = '__tidemill_row'
const orderColumn = '__tidemill_order'

/**
 * Gives each entity row the values that were true at its time: of the rows of a view with its keys, at or before its time and not older
 * than the ttl, the one with the latest time; of equal times the one written last, and of those the last in the source. A row without
 * any keeps its place, with nothing; the latest row counts even where its value is missing. Bounds are inclusive on both sides.
 */
export async function pointInTimeJoin(
  query: Query,
  entities: Table,
  views: readonly JoinedView[],
  { time, fullNames = false, knownThen = false }: JoinOptions,
): Promise<Table> {
  const names = views.flatMap(({ view }) =>
    view.features.map((feature) => outputName(view, feature, fullNames)),
  )
  const repeated = names.find((name, i) => names.indexOf(name) !== i)
  if (repeated !== undefined) {
    throw new TidemillError('conflict', {
      problem: `Two views have a feature ${repeated}; ask for full names to tell them apart.`,
    })
  }
  const tables: Record<string, Table> = { entities: numbered(entities, rowColumn) }
  const parts = views.map(({ view, rows }, i) => {
    tables[`view_${i}`] = numbered(rows, orderColumn)
    return latestOf(view, i, { time, fullNames, knownThen })
  })
  const joins = views.map(
    (_, i) => `left join latest_${i} on latest_${i}.${q(rowColumn)} = e.${q(rowColumn)}`,
  )
  const columns = ['e.*', ...names.map(q)]
  const sql = `with ${parts.join(',\n')}
select ${columns.join(', ')} from entities as e
${joins.join('\n')}
order by e.${q(rowColumn)}`
  return drop(await query.run(sql, { tables, isOurs: true }), [rowColumn])
}

function latestOf(
  { keys, features, time: viewTime, created, ttlSeconds, ...view }: FeatureView,
  index: number,
  { time, fullNames, knownThen }: Required<JoinOptions>,
): string {
  const at = `e.${q(time)}::timestamp`
  const from = `v.${q(viewTime)}::timestamp`
  const conditions = [
    ...keys.map((key) => `v.${q(key)} = e.${q(key)}`),
    `${from} <= ${at}`,
    ...(ttlSeconds === undefined || ttlSeconds === 0
      ? []
      : [`${from} >= ${at} - to_microseconds(${Math.round(ttlSeconds * 1e6)}::bigint)`]),
    ...(knownThen && created !== undefined ? [`v.${q(created)}::timestamp <= ${at}`] : []),
  ]
  const order = [
    `${from} desc`,
    ...(created === undefined ? [] : [`v.${q(created)}::timestamp desc nulls last`]),
    `v.${q(orderColumn)} desc`,
  ]
  const chosen = features.map(
    (feature) => `v.${q(feature)} as ${q(outputName({ name: view.name }, feature, fullNames))}`,
  )
  return `latest_${index} as (
  select e.${q(rowColumn)}, ${chosen.join(', ')}
  from entities as e join view_${index} as v on ${conditions.join(' and ')}
  qualify row_number() over (partition by e.${q(rowColumn)} order by ${order.join(', ')}) = 1
)`
}

function outputName(view: Pick<FeatureView, 'name'>, feature: string, fullNames: boolean): string {
  return fullNames ? `${view.name}__${feature}` : feature
}

function numbered(table: Table, name: string): Table {
  return withColumn(
    table,
    integerColumn(
      name,
      BigInt64Array.from({ length: table.length }, (_, i) => BigInt(i)),
    ),
  )
}
