import type { Kysely } from 'kysely'
import type { Clock, Metadata } from '#store'
import { among } from '../among.ts'
import type { Experiments } from '../experiments.ts'
import { newRunId } from '../runs.ts'
import type { Page } from '../search/search-rows.ts'
import type { TrackingTables } from '../tables.ts'
import { newestFirst, type PageAsked } from './newest-first.ts'
import { needEmpty, setSchemas, setUsers } from './queue-parts.ts'
import { noQueue, queueRow, removeQueueRows } from './review-rows.ts'
import {
  checkedIds,
  checkedName,
  checkedOwner,
  checkedUser,
  checkedUsers,
  named,
  needActive,
  refused,
  userName,
} from './review-rules.ts'

/** Traces that wait for somebody's judgement. */
export interface ReviewQueue {
  readonly id: string
  readonly experiment: string
  readonly name: string
  /** A user's own bears their name and asks all that the experiment asks; others ask the schemas that they name. */
  readonly type: 'user' | 'custom'
  readonly owner?: string
  /** Any of them may judge any of its traces. */
  readonly users: readonly string[]
  readonly schemas: readonly string[]
  readonly createdAt: number
  readonly updatedAt: number
}

interface NewReviewQueue extends Pick<
  ReviewQueue,
  'experiment' | 'name' | 'type' | 'users' | 'schemas'
> {
  readonly owner?: string
}

type ReviewQueueChange = Partial<Pick<ReviewQueue, 'name' | 'owner' | 'users' | 'schemas'>>

export interface ReviewQueues {
  createReviewQueue(given: NewReviewQueue): Promise<ReviewQueue>
  /** The user's own, made when it is not there. */
  userQueue(experiment: string, user: string): Promise<ReviewQueue>
  reviewQueue(id: string): Promise<ReviewQueue>
  /** Names in letters of either size are the same. */
  reviewQueueNamed(experiment: string, name: string): Promise<ReviewQueue>
  /** All of them, those given to a user, or those with a trace. */
  reviewQueues(
    experiment: string,
    page: PageAsked & { readonly user?: string; readonly trace?: string },
  ): Promise<Page<ReviewQueue>>
  /** What it asks stays while traces are in it. */
  changeReviewQueue(id: string, change: ReviewQueueChange): Promise<ReviewQueue>
  /** One that is not there is gone already. What was judged stays. */
  removeReviewQueue(id: string): Promise<void>
}

type Tx = Kysely<TrackingTables>
type Row = TrackingTables['review_queues']

export function openReviewQueues(
  metadata: Metadata,
  clock: Clock,
  experiments: Pick<Experiments, 'experiment'>,
): ReviewQueues {
  const database = metadata.tables<TrackingTables>()

  async function records(
    rows: readonly Row[],
    from: Tx = database,
  ): Promise<readonly ReviewQueue[]> {
    if (rows.length === 0) return []
    const ofThese = among(
      'queue',
      rows.map(({ id }) => id),
      metadata.dialect,
    )
    const users = await from.selectFrom('review_queue_users').selectAll().where(ofThese).execute()
    const schemas = await from
      .selectFrom('review_queue_schemas')
      .selectAll()
      .where(ofThese)
      .execute()
    return rows.map((row) => recordOf(row, users, schemas))
  }

  async function reviewQueue(id: string, from: Tx = database): Promise<ReviewQueue> {
    const [found] = await records([await queueRow(from, id)], from)
    if (!found) throw noQueue(id)
    return found
  }

  async function findNamed(experiment: string, name: string): Promise<ReviewQueue | undefined> {
    const row = await database
      .selectFrom('review_queues')
      .selectAll()
      .where('experiment', '=', experiment)
      .where('name_key', '=', name.toLowerCase())
      .executeTakeFirst()
    return row && (await records([row]))[0]
  }

  async function createReviewQueue(given: NewReviewQueue): Promise<ReviewQueue> {
    const { experiment, type } = given
    const { name, users, schemas } = checkedQueue(given)
    await needActive(experiments, experiment)
    const now = clock.now()
    const row: Row = {
      ...{ id: `rq-${newRunId(now)}`, experiment, name, name_key: name.toLowerCase(), type },
      ...{ created_by: given.owner ?? null, created_at: now, updated_at: now },
    }
    return named('review queue', name, () =>
      metadata.transaction<TrackingTables, ReviewQueue>(async (tx) => {
        await tx.insertInto('review_queues').values(row).execute()
        await setUsers(tx, row.id, users)
        await setSchemas(tx, row, schemas, metadata.dialect)
        return reviewQueue(row.id, tx)
      }),
    )
  }

  return {
    createReviewQueue,
    reviewQueue: (id) => reviewQueue(id),

    async userQueue(experiment, user) {
      const name = checkedUser(user)
      await needActive(experiments, experiment)
      const there = await findNamed(experiment, name)
      if (there?.type === 'user') return there
      const own = { experiment, name, type: 'user', owner: name, users: [], schemas: [] } as const
      try {
        return await createReviewQueue(own)
      } catch (error) {
        // Somebody else made it just now, or it is another queue that bears the user's name.
        const made = await findNamed(experiment, name)
        if (made?.type === 'user') return made
        throw error
      }
    },

    async reviewQueueNamed(experiment, name) {
      await needActive(experiments, experiment)
      const found = await findNamed(experiment, name)
      if (!found) throw noQueue(name)
      return found
    },

    async reviewQueues(experiment, { user, trace, ...page }) {
      await needActive(experiments, experiment)
      const order = newestFirst<Row>(page, 'id', ['review queues', experiment, user, trace])
      let select = database
        .selectFrom('review_queues')
        .selectAll()
        .where('experiment', '=', experiment)
        .where(order.after)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(page.limit + 1)
      if (user !== undefined) {
        const given = database.selectFrom('review_queue_users').select('queue')
        select = select.where('id', 'in', given.where('user_name', '=', userName(user)))
      }
      if (trace !== undefined) {
        const waiting = database.selectFrom('review_queue_items').select('queue')
        select = select.where('id', 'in', waiting.where('trace', '=', trace))
      }
      const { items, ...rest } = order.page(await select.execute())
      return { items: await records(items), ...rest }
    },

    async changeReviewQueue(id, { name, owner, users, schemas }) {
      return named('review queue', name ?? id, () =>
        metadata.transaction<TrackingTables, ReviewQueue>(async (tx) => {
          const before = await queueRow(tx, id)
          if (before.type === 'user') {
            throw refused("A user's own queue stays as it is; make another queue for others.")
          }
          if ([name, owner, users, schemas].every((each) => each === undefined)) {
            return reviewQueue(id, tx)
          }
          if (users) await setUsers(tx, id, checkedUsers(users))
          if (schemas) {
            await needEmpty(tx, id)
            await setSchemas(tx, before, checkedIds('label schema', schemas), metadata.dialect)
          }
          const now = name === undefined ? before.name : checkedName(name)
          const changed = {
            ...{ name: now, name_key: now.toLowerCase(), updated_at: clock.now() },
            ...(owner === undefined ? {} : { created_by: checkedOwner(owner) }),
          }
          await tx.updateTable('review_queues').set(changed).where('id', '=', id).execute()
          return reviewQueue(id, tx)
        }),
      )
    },

    async removeReviewQueue(id) {
      await metadata.transaction<TrackingTables, void>((tx) => removeQueueRows(tx, id))
    },
  }
}

/** What a queue may be: a user's own is given to that user alone, and asks all that there is. */
function checkedQueue(given: NewReviewQueue): Pick<NewReviewQueue, 'name' | 'users' | 'schemas'> {
  const users = checkedUsers(given.users)
  const schemas = checkedIds('label schema', given.schemas)
  if (given.type === 'custom') return { name: checkedName(given.name), users, schemas }
  const name = checkedUser(given.name)
  if (users.some((user) => user !== name)) {
    throw refused(`A user's own queue is given to that user alone, ${name}; name no others.`)
  }
  if (schemas.length === 0) return { name, users: [name], schemas }
  throw refused(`A user's own queue asks all that the experiment asks; name no label schemas.`)
}

function recordOf(
  row: Row,
  users: readonly TrackingTables['review_queue_users'][],
  schemas: readonly TrackingTables['review_queue_schemas'][],
): ReviewQueue {
  const own = ({ queue }: { readonly queue: string }) => queue === row.id
  return {
    ...{ id: row.id, experiment: row.experiment, name: row.name, type: row.type },
    ...(row.created_by === null ? {} : { owner: row.created_by }),
    users: users
      .filter(own)
      .map((each) => each.user_name)
      .toSorted(),
    schemas: schemas
      .filter(own)
      .map((each) => each.schema)
      .toSorted(),
    ...{ createdAt: row.created_at, updatedAt: row.updated_at },
  }
}
