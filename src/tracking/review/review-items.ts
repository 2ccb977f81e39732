import { sql, type Kysely } from 'kysely'
import { TidemillError } from '#contract'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import type { Page } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'
import { newestFirst, type PageAsked } from './newest-first.ts'
import { queueRow } from './review-rows.ts'
import { checkedIds, checkedUser, refused } from './review-rules.ts'

/** A trace in a queue. */
export interface ReviewItem {
  readonly queue: string
  readonly trace: string
  readonly status: 'pending' | 'complete' | 'declined'
  /** Who judged it or would not, and when. */
  readonly completedBy?: string
  readonly completedAt?: number
  readonly createdAt: number
  readonly updatedAt: number
}

export interface ReviewItems {
  /** Traces of the queue's experiment; those in it already stay as they are. Answered in the order in which they are named. */
  addReviewItems(queue: string, traces: readonly string[]): Promise<readonly ReviewItem[]>
  removeReviewItems(queue: string, traces: readonly string[]): Promise<void>
  reviewItems(
    queue: string,
    page: PageAsked & { readonly status?: ReviewItem['status'] },
  ): Promise<Page<ReviewItem>>
  /** Who made it what it is now stands there as long as it is that. */
  setReviewStatus(
    queue: string,
    trace: string,
    status: ReviewItem['status'],
    by?: string,
  ): Promise<ReviewItem>
}

type Tx = Kysely<TrackingTables>
type Row = TrackingTables['review_queue_items']

export function openReviewItems(metadata: Metadata, clock: Clock): ReviewItems {
  const database = metadata.tables<TrackingTables>()
  const these = (column: string, traces: readonly string[]) =>
    among(column, traces, metadata.dialect)

  async function needTraces(tx: Tx, experiment: string, traces: readonly string[]): Promise<void> {
    const rows = await tx
      .selectFrom('traces')
      .select('id')
      .where('experiment', '=', experiment)
      .where(these('id', traces))
      .execute()
    const there = new Set(rows.map(({ id }) => id))
    const missing = traces.filter((trace) => !there.has(trace))
    if (missing.length === 0) return
    const kind = `trace in experiment ${experiment}:`
    throw new TidemillError('not_found', { kind, name: missing.join(', ') })
  }

  return {
    async addReviewItems(queue, given) {
      const traces = named(given)
      return metadata.transaction<TrackingTables, readonly ReviewItem[]>(async (tx) => {
        const { experiment } = await queueRow(tx, queue)
        await needTraces(tx, experiment, traces)
        const now = clock.now()
        await sql`insert into review_queue_items (queue, trace, status, created_at, updated_at)
          select ${queue}, id, 'pending', ${now}, ${now} from traces where ${these('id', traces)}
          on conflict (queue, trace) do nothing`.execute(tx)
        const rows = await tx
          .selectFrom('review_queue_items')
          .selectAll()
          .where('queue', '=', queue)
          .where(these('trace', traces))
          .execute()
        const byTrace = new Map(rows.map((row) => [row.trace, itemOf(row)]))
        return traces.flatMap((trace) => byTrace.get(trace) ?? [])
      })
    },

    async removeReviewItems(queue, given) {
      const traces = named(given)
      await queueRow(database, queue)
      await database
        .deleteFrom('review_queue_items')
        .where('queue', '=', queue)
        .where(these('trace', traces))
        .execute()
    },

    async reviewItems(queue, { status, ...page }) {
      await queueRow(database, queue)
      const order = newestFirst<Row>(page, 'trace', ['review items', queue, status])
      let select = database
        .selectFrom('review_queue_items')
        .selectAll()
        .where('queue', '=', queue)
        .where(order.after)
        .orderBy('created_at', 'desc')
        .orderBy('trace')
        .limit(page.limit + 1)
      if (status !== undefined) select = select.where('status', '=', status)
      const { items, ...rest } = order.page(await select.execute())
      return { items: items.map(itemOf), ...rest }
    },

    async setReviewStatus(queue, trace, status, by) {
      const user = whoDid(status, by)
      return metadata.transaction<TrackingTables, ReviewItem>(async (tx) => {
        await queueRow(tx, queue)
        const own = tx.selectFrom('review_queue_items').selectAll().where('queue', '=', queue)
        const row = await own.where('trace', '=', trace.trim()).executeTakeFirst()
        if (!row) {
          throw new TidemillError('not_found', { kind: `trace in queue ${queue}:`, name: trace })
        }
        // Said once more, it is still the first who did it.
        if (row.status === status) return itemOf(row)
        const now = clock.now()
        const changed = {
          ...{ status, updated_at: now },
          ...{ completed_by: user, completed_at: user === null ? null : now },
        }
        await tx
          .updateTable('review_queue_items')
          .set(changed)
          .where('queue', '=', queue)
          .where('trace', '=', row.trace)
          .execute()
        return itemOf({ ...row, ...changed })
      })
    },
  }
}

function named(traces: readonly string[]): readonly string[] {
  if (traces.length > 0) return checkedIds('trace', traces)
  throw refused('No trace is named; name one or more.')
}

/** Whoever judges a trace, or will not, is named; what waits again is nobody's. */
function whoDid(status: ReviewItem['status'], by: string | undefined): string | null {
  if (status === 'pending') {
    if (by === undefined) return null
    throw refused('Who completed it cannot be said of what is pending; leave it out.')
  }
  if (by !== undefined && by.trim() !== '') return checkedUser(by)
  throw refused(`Say who made it ${status}.`)
}

function itemOf(row: Row): ReviewItem {
  return {
    ...{ queue: row.queue, trace: row.trace, status: row.status },
    ...(row.completed_by === null ? {} : { completedBy: row.completed_by }),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at }),
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  }
}
