import { sql, type Kysely } from 'kysely'
import { TidemillError } from '#contract'
import type { TrackingTables } from '../tables.ts'

type Tx = Kysely<TrackingTables>

const ofQueues = ['review_queue_users', 'review_queue_schemas', 'review_queue_items'] as const

export async function queueRow(from: Tx, id: string): Promise<TrackingTables['review_queues']> {
  const row = await from
    .selectFrom('review_queues')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw noQueue(id)
  return row
}

export function noQueue(name: string): TidemillError {
  return new TidemillError('not_found', { kind: 'review queue', name })
}

/** Removes a queue with all that is its own; what was judged stays with the traces. */
export async function removeQueueRows(tx: Tx, queue: string): Promise<void> {
  for (const table of ofQueues) await tx.deleteFrom(table).where('queue', '=', queue).execute()
  await tx.deleteFrom('review_queues').where('id', '=', queue).execute()
}

/** Removes what an experiment asks, and its queues. */
export async function removeReviewRows(tx: Tx, experiment: string): Promise<void> {
  const queues = tx.selectFrom('review_queues').select('id').where('experiment', '=', experiment)
  for (const table of ofQueues) await tx.deleteFrom(table).where('queue', 'in', queues).execute()
  for (const table of ['review_queues', 'label_schemas'] as const) {
    await tx.deleteFrom(table).where('experiment', '=', experiment).execute()
  }
}

/** A queue has traces of its own experiment alone: those that went to another one leave it. */
export async function removeMovedItems(tx: Tx, from: string, to: string): Promise<void> {
  await tx
    .deleteFrom('review_queue_items')
    .where(sql<boolean>`queue in (select id from review_queues where experiment = ${from})`)
    .where(
      sql<boolean>`exists (select 1 from traces t where t.id = trace and t.experiment = ${to})`,
    )
    .execute()
}
