import type { Kysely } from 'kysely'
import type { Metadata } from '#store'
import { among } from '../among.ts'
import type { TrackingTables } from '../tables.ts'
import { refused } from './review-rules.ts'

type Tx = Kysely<TrackingTables>

/** The users a queue is given to, in place of those before. */
export async function setUsers(tx: Tx, queue: string, users: readonly string[]): Promise<void> {
  await tx.deleteFrom('review_queue_users').where('queue', '=', queue).execute()
  const rows = users.map((user_name) => ({ queue, user_name }))
  if (rows.length > 0) await tx.insertInto('review_queue_users').values(rows).execute()
}

/** What a queue asks, of what its experiment asks, in place of what it asked before. */
export async function setSchemas(
  tx: Tx,
  { id: queue, experiment }: Pick<TrackingTables['review_queues'], 'id' | 'experiment'>,
  schemas: readonly string[],
  dialect: Metadata['dialect'],
): Promise<void> {
  await tx.deleteFrom('review_queue_schemas').where('queue', '=', queue).execute()
  if (schemas.length === 0) return
  const there = await tx
    .selectFrom('label_schemas')
    .select('id')
    .where('experiment', '=', experiment)
    .where(among('id', schemas, dialect))
    .execute()
  const known = new Set(there.map(({ id }) => id))
  const unknown = schemas.filter((schema) => !known.has(schema))
  if (unknown.length > 0) {
    throw refused(`The experiment ${experiment} has no label schema ${unknown.join(', ')}.`)
  }
  const rows = schemas.map((schema) => ({ queue, schema }))
  await tx.insertInto('review_queue_schemas').values(rows).execute()
}

/** What somebody began to answer must stay what is asked. */
export async function needEmpty(tx: Tx, queue: string): Promise<void> {
  const item = await tx
    .selectFrom('review_queue_items')
    .select('trace')
    .where('queue', '=', queue)
    .limit(1)
    .executeTakeFirst()
  if (!item) return
  throw refused('What a review queue asks stays while traces are in it; remove them first.')
}
