import { sql, type RawBuilder } from 'kysely'
import { TidemillError } from '#contract'
import { attributeColumn } from './filter-sql.ts'

export interface OrderTerm {
  readonly value: RawBuilder<unknown>
  readonly direction: 'asc' | 'desc'
}

/** Parses `metrics.f1 desc, started asc`. Runs without the value come last either way. */
export function parseOrder(text: string): readonly OrderTerm[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(term)
}

function term(text: string): OrderTerm {
  const match =
    /^(?:(metrics?|params?|tags?|attributes?|attr|run)\.)?(`[^`]+`|"[^"]+"|[^\s]+)(?:\s+(asc|desc))?$/i.exec(
      text,
    )
  if (!match) {
    throw new TidemillError('bad_request', {
      problem: `"${text}" is no order; for example: metrics.f1 desc.`,
    })
  }
  const [, area = 'attributes', quoted = '', direction = 'asc'] = match
  const key = quoted.replace(/^[`"]|[`"]$/g, '')
  return {
    value: valueOf(area.toLowerCase(), key),
    direction: direction.toLowerCase() as 'asc' | 'desc',
  }
}

function valueOf(area: string, key: string): RawBuilder<unknown> {
  if (area.startsWith('metric')) {
    return sql`(select value from run_latest_metrics as m where m.run = runs.id and m.key = ${key})`
  }
  if (area.startsWith('param')) {
    return sql`(select value from run_params as p where p.run = runs.id and p.key = ${key})`
  }
  if (area.startsWith('tag')) {
    return sql`(select value from run_tags as t where t.run = runs.id and t.key = ${key})`
  }
  return sql.ref(`runs.${attributeColumn(key)}`)
}
