import { sql } from 'kysely'
import type { Condition, Dialect } from './search/conditions.ts'

/** Of judgements called `a`, what was said and not taken back by what was said later. */
export function standing(dialect: Dialect): Condition {
  return dialect === 'sqlite'
    ? sql`coalesce(json_extract(a.assessment, '$.valid'), 1) <> 0`
    : sql`coalesce((a.assessment::json)->>'valid', 'true') <> 'false'`
}
