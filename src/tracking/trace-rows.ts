import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { TrackingTables } from './tables.ts'

/** Tables whose rows belong to one trace. */
const owned = [
  'trace_spans',
  'trace_tags',
  'trace_metadata',
  'trace_assessments',
  'trace_runs',
  'review_queue_items',
] as const

/** Removes traces with all that is theirs, files among it; `areThese` tells whether a column names one of them. */
export async function removeTraceRows(
  tx: Kysely<TrackingTables>,
  areThese: (column: string) => RawBuilder<boolean>,
): Promise<void> {
  for (const table of owned) await tx.deleteFrom(table).where(areThese('trace')).execute()
  await tx.deleteFrom('artifacts').where(areThese('owner')).execute()
  await tx
    .deleteFrom('traces')
    .where(sql<boolean>`${areThese('id')}`)
    .execute()
}
