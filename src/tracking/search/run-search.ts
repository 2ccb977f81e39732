import { sql, type RawBuilder } from 'kysely'
import type { Condition, SearchTarget } from './conditions.ts'
import { entries } from './entries.ts'
import type { Area, Attribute, Comparison, Grammar } from './grammar.ts'
import { isNaN, startOfValue } from './indexed.ts'
import type { Lookup } from './lookups.ts'

const status: Attribute = { name: 'status', kind: 'text', lower: true }
const text = (name: string): Attribute => ({ name, kind: 'text' })
const number = (name: string): Attribute => ({ name, kind: 'number' })
const runId: Attribute = { name: 'run_id', kind: 'text', in: true }

const attributes: Readonly<Record<string, Attribute>> = {
  run_id: runId,
  id: runId,
  run_name: text('run_name'),
  'run name': text('run_name'),
  name: text('run_name'),
  user_id: text('user_id'),
  user: text('user_id'),
  status,
  artifact_uri: { ...text('artifact_uri'), unordered: true },
  start_time: number('start_time'),
  started: number('start_time'),
  created: number('start_time'),
  end_time: number('end_time'),
  ended: number('end_time'),
}

const metrics: Area = { name: 'metrics', kind: 'number' }
const params: Area = { name: 'params', kind: 'text', nulls: true }
const tags: Area = { name: 'tags', kind: 'text', nulls: true }
const datasets: Area = {
  name: 'datasets',
  kind: 'text',
  in: true,
  keys: ['name', 'digest', 'context'],
}

const areas: Readonly<Record<string, Area>> = {
  metric: metrics,
  metrics,
  param: params,
  params,
  parameter: params,
  parameters: params,
  tag: tags,
  tags,
  dataset: datasets,
  datasets,
}

const columns: Readonly<Record<string, string>> = {
  run_id: 'id',
  run_name: 'name',
  user_id: 'user_name',
  status: 'status',
  start_time: 'started_at',
  end_time: 'ended_at',
}

export function runGrammar(strict: boolean): Grammar {
  const all = strict ? attributes : { ...attributes, duration: number('duration') }
  return { of: 'runs', strict, attributes: all, areas }
}

export function runTarget(): SearchTarget {
  const run = sql.ref('runs.id')
  const ofParams = entries('run_params', 'run', run)
  const ofTags = entries('run_tags', 'run', run)
  return {
    lookup,

    ordering(area, key) {
      if (area !== 'metrics') return undefined
      return {
        table: 'metric_latest',
        belongs: sql`metric_latest.run = runs.number`,
        isOfKey: sql`metric_latest.key = ${keyOf(key)}`,
        value: sql.ref('metric_latest.value'),
        missing: sql`not exists (select 1 ${latest(key)})`,
      }
    },

    metricAreas: ['metrics'],
    always: ['run_id', 'run_name', 'user_id', 'status', 'start_time'],
    attribute(key) {
      const column = columns[key]
      if (column !== undefined) return sql.ref(`runs.${column}`)
      if (key === 'duration') return sql`(runs.ended_at - runs.started_at)`
      return sql`(coalesce(runs.artifact_root,
        (select artifact_root from experiments where experiments.id = runs.experiment),
        'mlflow-artifacts:/' || runs.experiment) || '/' || runs.id || '/artifacts')`
    },
    has(area, key, test) {
      if (area === 'metrics') return sql`exists (select 1 ${latest(key)}${and(test, 'value')})`
      if (area === 'params') return ofParams.has(key, test)
      if (area === 'tags') return ofTags.has(key, test)
      return hasDataset(key, test)
    },
    value(area, key) {
      if (area === 'metrics') return sql`(select value ${latest(key)})`
      if (area === 'metrics.special') return sql`(select special ${latest(key)})`
      return area === 'params' ? ofParams.value(key) : ofTags.value(key)
    },
  }
}

const keyOf = (key: string): RawBuilder<unknown> =>
  sql`(select id from metric_keys where name = ${key})`

/** Metrics by number, params and tags by their text. */
function lookup({ area, key, comparator, value }: Comparison): Lookup | undefined {
  if (area === 'metrics' && ['=', '<', '<=', '>', '>='].includes(comparator)) {
    const select = sql`(select run from metric_latest where key = ${keyOf(key)}
      and (${sql.raw(isNaN)}) = 0 and value ${sql.raw(comparator)} ${value})`
    return { column: 'runs.number', select }
  }
  const table = { params: 'run_params', tags: 'run_tags' }[area]
  const texts = textsOf(comparator, value)
  if (table === undefined || texts === undefined) return undefined
  const starts = sql.join(texts.map((text) => sql`substr(${text}, 1, 64)`))
  const select = sql`(select run from ${sql.table(table)} where key = ${key}
    and ${sql.raw(startOfValue)} in (${starts}) and value in (${sql.join([...texts])}))`
  return { column: 'runs.id', select }
}

/** The texts of which one is to be the value; `undefined` for another comparison. */
function textsOf(comparator: string, value: Comparison['value']): readonly string[] | undefined {
  const isList = comparator === 'in' && Array.isArray(value)
  const values: readonly unknown[] = isList ? value : comparator === '=' ? [value] : []
  const texts = values.filter((each) => typeof each === 'string')
  return texts.length > 0 && texts.length === values.length ? texts : undefined
}

function latest(key: string): RawBuilder<unknown> {
  return sql`from metric_latest where metric_latest.run = runs.number
    and metric_latest.key = ${keyOf(key)}`
}

function hasDataset(key: string, test: Parameters<SearchTarget['has']>[2]): Condition {
  if (key === 'context') {
    return sql`exists (select 1 from run_dataset_tags t where t.run = runs.id
      and t.key = 'mlflow.data.context'${and(test, 't.value')})`
  }
  return sql`exists (select 1 from run_datasets r join datasets d on d.id = r.dataset
    where r.run = runs.id${and(test, `d.${key}`)})`
}

function and(test: Parameters<SearchTarget['has']>[2], column: string): RawBuilder<unknown> {
  return test ? sql` and ${test(sql.ref(column))}` : sql``
}
