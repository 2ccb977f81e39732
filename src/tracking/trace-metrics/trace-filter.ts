import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import type { View } from './measures.ts'

/** Fields by what they are of; those of `keyed` have a key behind them. */
const fields: Readonly<Record<string, readonly string[]>> = {
  trace: ['status', 'tag', 'metadata'],
  span: ['name', 'status', 'type'],
  assessment: ['name', 'type'],
}
const keyed = ['tag', 'metadata']

const clause = /^\s*`?(\w+)`?\.`?(\w+)`?(?:\.(`[^`]+`|"[^"]+"|[^\s=<>!]+))?\s*(=|\S+)\s*(.*?)\s*$/s
const quoted = /^'([^']*)'$|^"([^"]*)"$/

/** One comparison with `=`, such as `trace.tag.team = 'red'` or `span.type = 'LLM'`, as a condition. */
export function traceFilter(filter: string, view: View): RawBuilder<boolean> {
  const [, of = '', field = '', givenKey, comparator, given = ''] = clause.exec(filter) ?? []
  const offered = Object.hasOwn(fields, of) ? fields[of] : undefined
  if (!offered) throw unread(filter, 'a field such as trace.status, span.name or assessment.name')
  if (!offered.includes(field)) {
    throw unread(filter, `${of}.${offered.join(` or ${of}.`)}`)
  }
  if (keyed.includes(field) !== (givenKey !== undefined)) {
    throw unread(filter, keyed.includes(field) ? `${of}.${field}.<key>` : `${of}.${field} alone`)
  }
  if (comparator !== '=') throw unread(filter, "'=', which is the one comparison")
  const text = quoted.exec(given)
  if (!text) throw unread(filter, "a text in quotes, such as 'my-value'")
  const value = text[1] ?? text[2] ?? ''
  const key = givenKey?.replaceAll(/^[`"']|[`"']$/g, '') ?? ''
  if (of !== 'trace' && `${of}s` !== view) {
    throw unread(filter, `no field of ${of}s in the view of ${view}`)
  }
  return condition(of, field, key, value)
}

function condition(of: string, field: string, key: string, value: string): RawBuilder<boolean> {
  if (of === 'span') return sql`${sql.ref(`s.${field}`)} = ${value}`
  if (of === 'assessment') return sql`${sql.ref(field === 'type' ? 'a.kind' : 'a.name')} = ${value}`
  if (field === 'status') return sql`upper(t.state) = ${value}`
  const table = sql.table(field === 'tag' ? 'trace_tags' : 'trace_metadata')
  const entry = sql<boolean>`exists (select 1 from ${table} e
    where e.trace = t.id and e.key = ${key} and e.value = ${value})`
  if (key !== 'mlflow.sourceRun') return entry
  // The run that made it, or one that says it used it.
  return sql`(${entry} or exists (select 1 from trace_runs r
    where r.trace = t.id and r.run = ${value}))`
}

function unread(filter: string, expected: string): TidemillError {
  const problem = `Invalid filter '${filter.slice(0, 200)}': ${expected} is expected.`
  return new TidemillError('bad_request', { problem })
}
