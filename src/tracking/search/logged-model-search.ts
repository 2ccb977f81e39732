import { sql, type RawBuilder } from 'kysely'
import type { Condition, SearchTarget } from './conditions.ts'
import { entries } from './entries.ts'
import type { Area, Attribute, Grammar } from './grammar.ts'

const columns = {
  name: { column: 'name', kind: 'text' },
  model_id: { column: 'id', kind: 'text' },
  model_type: { column: 'type', kind: 'text' },
  status: { column: 'status', kind: 'text' },
  source_run_id: { column: 'run', kind: 'text' },
  experiment_id: { column: 'experiment', kind: 'text' },
  creation_timestamp: { column: 'created_at', kind: 'number' },
  creation_time: { column: 'created_at', kind: 'number' },
  last_updated_timestamp: { column: 'updated_at', kind: 'number' },
} as const

const attributes: Readonly<Record<string, Attribute>> = Object.fromEntries(
  Object.entries(columns).map(([name, { kind }]) => [
    name,
    { name, kind, in: true, ...(name === 'status' ? { lower: true } : {}) },
  ]),
)

const metrics: Area = { name: 'metrics', kind: 'number' }
const params: Area = { name: 'params', kind: 'text', in: true, nulls: true }
const tags: Area = { name: 'tags', kind: 'text', in: true, nulls: true }

export const loggedModelGrammar: Grammar = {
  of: 'logged models',
  strict: true,
  attributes,
  areas: { metrics, params, tags },
}

/** The data that metrics must have been measured on; any, when there is none. */
export interface MeasuredOn {
  readonly name: string
  readonly digest?: string
}

export function loggedModelTarget(datasets: readonly MeasuredOn[]): SearchTarget {
  const model = sql.ref('logged_models.id')
  const ofParams = entries('logged_model_params', 'model', model)
  const ofTags = entries('logged_model_tags', 'model', model)
  return {
    metricAreas: ['metrics'],
    attribute: (key) =>
      sql.ref(`logged_models.${columns[key as keyof typeof columns]?.column ?? 'id'}`),
    has(area, key, test) {
      if (area === 'params') return ofParams.has(key, test)
      if (area === 'tags') return ofTags.has(key, test)
      return sql`exists (select 1 ${measured(key, datasets)}${
        test ? sql` and ${test(sql.ref('value'))}` : sql``
      })`
    },
    value(area, key) {
      const newest = sql`order by step desc, at desc limit 1`
      if (area === 'metrics') return sql`(select value ${measured(key, datasets)} ${newest})`
      if (area === 'metrics.special') {
        return sql`(select special ${measured(key, datasets)} ${newest})`
      }
      return area === 'params' ? ofParams.value(key) : ofTags.value(key)
    },
  }
}

function measured(key: string, datasets: readonly MeasuredOn[]): RawBuilder<unknown> {
  const on = datasets.map(
    ({ name, digest }): Condition =>
      sql`(dataset_name = ${name}${digest === undefined ? sql`` : sql` and dataset_digest = ${digest}`})`,
  )
  return sql`from logged_model_metrics where model = logged_models.id
    and key = ${key}${on.length === 0 ? sql`` : sql` and (${sql.join(on, sql` or `)})`}`
}
