import { sql } from 'kysely'
import { doubleText } from './double-text.ts'
import type { Condition, Dialect } from './search/conditions.ts'

/** A judgement as it is searched by; a whole number without the `.0` that Python writes. */
export function judgedText(value: unknown): string {
  if (typeof value === 'number') return doubleText(value).replace(/\.0$/, '')
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** Of judgements called `a`, those whose value is a number and no text that reads as one. */
export function judgedByNumber(dialect: Dialect): Condition {
  return dialect === 'sqlite'
    ? sql`json_type(a.assessment, '$.' || a.kind || '.value') in ('integer', 'real')`
    : sql`json_typeof((a.assessment::json)->a.kind->'value') = 'number'`
}
