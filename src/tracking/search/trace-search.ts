import { sql, type RawBuilder } from 'kysely'
import { judgedByNumber } from '../judged.ts'
import { promptEntry, promptsTag } from '../linked-prompts.ts'
import { standing } from '../standing.ts'
import type { Condition, Dialect, SearchTarget } from './conditions.ts'
import { entries } from './entries.ts'
import type { Area, Attribute, Comparison, Grammar } from './grammar.ts'

const text = (name: string): Attribute => ({ name, kind: 'text', in: true })
const number = (name: string): Attribute => ({ name, kind: 'number' })

const attributes: Readonly<Record<string, Attribute>> = {
  request_id: text('trace_id'),
  trace_id: text('trace_id'),
  client_request_id: text('client_request_id'),
  status: { ...text('status'), lower: true },
  state: { ...text('status'), lower: true },
  name: text('name'),
  run_id: text('run_id'),
  request: { ...text('request'), unordered: true },
  response: { ...text('response'), unordered: true },
  text: { name: 'text', kind: 'text', unordered: true },
  prompt: { name: 'prompt', kind: 'text', unordered: true, whole: /^[^/]+\/[^/]+$/ },
  timestamp: number('timestamp'),
  timestamp_ms: number('timestamp'),
  request_time: number('timestamp'),
  execution_time: number('execution_time'),
  execution_time_ms: number('execution_time'),
  execution_duration: number('execution_time'),
  end_time: number('end_time'),
  end_time_ms: number('end_time'),
}

const tags: Area = { name: 'tags', kind: 'text', nulls: true, in: true }
const metadata: Area = { name: 'metadata', kind: 'text', nulls: true, in: true }
const span: Area = {
  name: 'span',
  kind: 'text',
  in: true,
  keys: ['name', 'type', 'status', 'content'],
  prefix: 'attributes.',
}
/** What is wrong with a trace. */
const issue: Area = { name: 'issue', kind: 'text', in: true, keys: ['id'] }
const judged = { kind: 'text', nulls: true, in: true, sized: true } as const
const feedback: Area = { name: 'feedback', ...judged }
const expectation: Area = { name: 'expectation', ...judged }

export function traceGrammar(strict: boolean): Grammar {
  const areas = { tag: tags, tags, metadata, request_metadata: metadata }
  return {
    of: 'traces',
    strict,
    patterns: true,
    attributes,
    areas: { ...areas, span, issue, feedback, expectation },
  }
}

export function traceTarget(dialect: Dialect): SearchTarget {
  const trace = sql.ref('traces.id')
  const ofTags = entries('trace_tags', 'trace', trace)
  const ofMetadata = entries('trace_metadata', 'trace', trace)
  const columns: Readonly<Record<string, RawBuilder<unknown>>> = {
    trace_id: trace,
    client_request_id: sql.ref('traces.client_id'),
    status: sql.ref('traces.state'),
    name: ofTags.value('mlflow.traceName'),
    run_id: ofMetadata.value('mlflow.sourceRun'),
    request: sql.ref('traces.request'),
    response: sql.ref('traces.response'),
    timestamp: sql.ref('traces.started_at'),
    execution_time: sql.ref('traces.duration'),
    end_time: sql`(traces.started_at + traces.duration)`,
  }
  return {
    attribute: (key) => columns[key] ?? trace,

    // Any of its spans; a prompt it used; the run that made it, or one that says it used it.
    hasAttribute(key, test, value) {
      if (key === 'text') {
        return sql`exists (select 1 from trace_spans s
          where s.trace = ${trace} and ${test(sql.ref('s.span'))})`
      }
      if (key === 'prompt') return ofTags.has(promptsTag, (tag) => linked(tag, value, dialect))
      const made = columns.run_id
      if (key !== 'run_id' || !made) return undefined
      return sql`(${test(made)} or exists (select 1 from trace_runs l
        where l.trace = ${trace} and ${test(sql.ref('l.run'))}))`
    },

    has(area, key, test, value) {
      if (area === 'tags') return ofTags.has(key, test)
      if (area === 'metadata') return ofMetadata.has(key, test)
      if (area === 'issue') {
        return sql`exists (select 1 from trace_assessments a where a.trace = ${trace}
          and a.kind = 'issue'${test ? sql` and ${test(sql.ref('a.name'))}` : sql``})`
      }
      if (area === 'span') {
        const [column, more] = spanPart(key, dialect)
        return sql`exists (select 1 from trace_spans s${more} where s.trace = ${trace}${attributeOf(key, dialect)}${
          test ? sql` and ${test(column)}` : sql``
        })`
      }
      return sql`exists (select 1 from trace_assessments a where a.trace = ${trace}
        and a.kind = ${area} and a.name = ${key} and ${standing(dialect)}${
          test ? sql` and ${test(judgedValue(value, dialect))}` : sql``
        })`
    },
    value: (area, key) => (area === 'tags' ? ofTags.value(key) : ofMetadata.value(key)),
  }
}

/** By size numbers alone are compared; as texts numbers are the doubles that MLflow's server makes of all: 1 is `1.0`. */
function judgedValue(
  asked: Comparison['value'] | undefined,
  dialect: Dialect,
): RawBuilder<unknown> {
  const isNumber = judgedByNumber(dialect)
  if (typeof asked === 'number') return sql`case when ${isNumber} then a.value end`
  const isWhole = sql`a.value not like '%.%' and a.value not like '%e%'`
  return sql`case when ${isNumber} and ${isWhole} then a.value || '.0' else a.value end`
}

function linked(tag: RawBuilder<unknown>, used: Comparison['value'], dialect: Dialect): Condition {
  const [name = '', version = ''] = String(used).split('/')
  const entry = promptEntry({ name, version })
  return sql`${sql.raw(dialect === 'sqlite' ? 'instr' : 'strpos')}(${tag}, ${entry}) > 0`
}

const ofAttribute = 'attributes.'
const kinds = ['stringValue', 'intValue', 'doubleValue', 'boolValue']

/** Where the value of a part of a span is, and what is joined for it: attributes are a list in the span's JSON. */
function spanPart(
  key: string,
  dialect: Dialect,
): readonly [RawBuilder<unknown>, RawBuilder<unknown>] {
  const columns: Readonly<Record<string, string>> = { content: 's.span' }
  if (!key.startsWith(ofAttribute)) return [sql.ref(columns[key] ?? `s.${key}`), sql``]
  const [values, joined] =
    dialect === 'sqlite'
      ? [
          kinds.map((kind) => `json_extract(x.value, '$.value.${kind}')`),
          `, json_each(s.span, '$.attributes') x`,
        ]
      : [
          kinds.map((kind) => `x.value->'value'->>'${kind}'`),
          `, json_array_elements(coalesce((s.span::json)->'attributes', '[]'::json)) x`,
        ]
  // MLflow's clients write texts as JSON, in quotes.
  return [sql.raw(`trim(cast(coalesce(${values.join(', ')}) as text), '"')`), sql.raw(joined)]
}

function attributeOf(key: string, dialect: Dialect): Condition {
  if (!key.startsWith(ofAttribute)) return sql``
  const name = sql.raw(dialect === 'sqlite' ? `json_extract(x.value, '$.key')` : `x.value->>'key'`)
  return sql` and ${name} = ${key.slice(ofAttribute.length)}`
}
