import { sql } from 'kysely'
import type { Condition, Dialect } from './search/conditions.ts'

/** Of judgements called `a`, those whose value is a number and no text that reads as one. */
export function judgedByNumber(dialect: Dialect): Condition {
  return dialect === 'sqlite'
    ? sql`json_type(a.assessment, '$.' || a.kind || '.value') in ('integer', 'real')`
    : sql`json_typeof((a.assessment::json)->a.kind->'value') = 'number'`
}
