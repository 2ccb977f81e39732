import { sql, type RawBuilder } from 'kysely'
import { costMeasures, tokenMeasures, type View } from './measures.ts'
import { judgedByNumber } from '../judged.ts'

type Dialect = 'sqlite' | 'postgres'
type Part = RawBuilder<unknown>

/** What a view is read from, with when each of its rows was. */
export const sources: Readonly<Record<View, { readonly from: Part; readonly at: Part }>> = {
  traces: { from: sql`traces t`, at: sql.ref('t.started_at') },
  spans: {
    from: sql`traces t join trace_spans s on s.trace = t.id`,
    at: sql.ref('s.started_at'),
  },
  assessments: {
    from: sql`traces t join trace_assessments a on a.trace = t.id`,
    at: sql.ref('t.started_at'),
  },
}

/** One value for each row of the view: what is counted, or a number. */
export function valueOf(view: View, metric: string, dialect: Dialect): Part {
  if (view === 'traces') {
    if (metric === 'trace_count') return sql.ref('t.id')
    if (metric === 'session_count') return metadataOf('mlflow.trace.session')
    if (metric === 'latency') return double(sql.ref('t.duration'))
    if (tokenMeasures.includes(metric)) return double(tokenCount(metric, dialect))
  }
  if (view === 'spans') {
    if (metric === 'span_count') return sql.ref('s.id')
    if (metric === 'latency') return double(sql.ref('s.duration'))
    if (costMeasures.includes(metric)) return sql.ref(`s.${metric}`)
  }
  return metric === 'assessment_count' ? sql.ref('a.id') : judgedAmount(dialect)
}

export function dimensionOf(dimension: string, dialect: Dialect): Part {
  switch (dimension) {
    case 'trace_name':
      return sql`(select e.value from trace_tags e
        where e.trace = t.id and e.key = 'mlflow.traceName')`
    case 'trace_status':
      return sql`upper(t.state)`
    case 'span_model_name':
      return sql.ref('s.model')
    case 'span_model_provider':
      return sql.ref('s.provider')
    case 'assessment_name':
      return sql.ref('a.name')
    case 'assessment_value':
      return judged(dialect)
    default:
      return sql.ref(`s.${dimension.replace('span_', '')}`)
  }
}

function metadataOf(key: string): Part {
  return sql`(select e.value from trace_metadata e where e.trace = t.id and e.key = ${key})`
}

/** Clients write the sums over a trace's spans as JSON into a text, which may be anything. */
function tokenCount(name: string, dialect: Dialect): Part {
  const text = metadataOf('mlflow.trace.tokenUsage')
  if (dialect === 'postgres') return sql`substring(${text} from ${`"${name}":\\s*(\\d{1,15})`})`
  return sql`(select case when json_valid(u.value) then json_extract(u.value, ${`$.${name}`}) end
    from (select ${text} as value) u)`
}

/** A judgement's value as JSON. */
function judged(dialect: Dialect): Part {
  return dialect === 'sqlite'
    ? sql`a.assessment -> ('$.' || a.kind || '.value')`
    : sql`((a.assessment::json)->a.kind->'value')::text`
}

/** Yes and true count as 1, no and false as 0; other words as nothing. */
function judgedAmount(dialect: Dialect): Part {
  const text = judged(dialect)
  return sql`case when ${judgedByNumber(dialect)} then ${double(text)}
    when replace(lower(${text}), ' ', '') in ('true', '"yes"') then 1.0
    when replace(lower(${text}), ' ', '') in ('false', '"no"') then 0.0 end`
}

function double(value: Part): Part {
  return sql`cast(${value} as double precision)`
}
