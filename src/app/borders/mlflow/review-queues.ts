import type { Identity } from '#auth'
import type { ReviewItem, ReviewQueue } from '#tracking'
import { experimentNamedBy } from './default-experiment.ts'
import { nextOf, pageOf } from './experiments.ts'
import { choiceOf, type Input } from './input.ts'
import type { Call, MlflowRoute } from './route.ts'

const path = '3.0/mlflow/review-queues'

function queueWire(queue: ReviewQueue): object {
  return {
    ...{ queue_id: queue.id, experiment_id: queue.experiment, name: queue.name },
    queue_type: queue.type.toUpperCase(),
    ...(queue.owner === undefined ? {} : { created_by: queue.owner }),
    ...{ creation_time_ms: queue.createdAt, last_update_time_ms: queue.updatedAt },
    ...{ users: queue.users, schema_ids: queue.schemas },
  }
}

function itemWire(item: ReviewItem): object {
  return {
    ...{ queue_id: item.queue, item_type: 'TRACE', item_id: item.trace },
    status: item.status.toUpperCase(),
    ...(item.completedBy === undefined ? {} : { completed_by: item.completedBy }),
    ...(item.completedAt === undefined ? {} : { completed_time_ms: item.completedAt }),
    ...{ creation_time_ms: item.createdAt, last_update_time_ms: item.updatedAt },
  }
}

const statuses = ['pending', 'complete', 'declined'] as const

/** Protobuf's word for what is left out. */
function isGiven(input: Input, name: string): boolean {
  return !(input.text(name) ?? '_UNSPECIFIED').endsWith('_UNSPECIFIED')
}

/** Who is signed in; where nobody needs to be, a caller says who it is. */
function signedIn({ request, who }: Call): string | undefined {
  return (request.identity as Identity).by === 'loopback' ? undefined : who
}

const read = { permission: 'tracking:read' } as const
const write = { permission: 'tracking:write' } as const

const itemRoutes: readonly MlflowRoute[] = [
  {
    ...{ method: 'POST', path: `${path}/items/add`, ...write },
    async run({ rooms, input }) {
      if (isGiven(input, 'item_type')) choiceOf(input, 'item_type', ['trace'])
      const [queue, traces] = [input.need('queue_id'), input.texts('item_ids')]
      return { items: (await rooms.tracking.addReviewItems(queue, traces)).map(itemWire) }
    },
  },
  {
    ...{ method: 'POST', path: `${path}/items/remove`, ...write },
    async run({ rooms, input }) {
      await rooms.tracking.removeReviewItems(input.need('queue_id'), input.texts('item_ids'))
      return {}
    },
  },
  {
    ...{ method: 'GET', path: `${path}/items/list`, ...read },
    async run({ rooms, input }) {
      const { items, next } = await rooms.tracking.reviewItems(input.need('queue_id'), {
        ...pageOf(input, 1000),
        ...(isGiven(input, 'status') ? { status: choiceOf(input, 'status', statuses) } : {}),
      })
      return { items: items.map(itemWire), ...nextOf(next) }
    },
  },
  {
    ...{ method: 'POST', path: `${path}/items/set-status`, ...write },
    async run(call) {
      const { rooms, input } = call
      const [queue, trace] = [input.need('queue_id'), input.need('item_id')]
      const status = choiceOf(input, 'status', statuses)
      const own = signedIn(call)
      const said = own === undefined ? input.text('completed_by') : own
      const by = own !== undefined && status === 'pending' ? undefined : said
      return { item: itemWire(await rooms.tracking.setReviewStatus(queue, trace, status, by)) }
    },
  },
]

/** Traces that wait for somebody's judgement. */
export const reviewQueueRoutes: readonly MlflowRoute[] = [
  {
    ...{ method: 'POST', path: `${path}/create`, ...write },
    async run(call) {
      const { rooms, input } = call
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const owner = signedIn(call)
      const made = await rooms.tracking.createReviewQueue({
        ...{ experiment, name: input.need('name') },
        type: choiceOf(input, 'queue_type', ['user', 'custom']),
        ...{ users: input.texts('users'), schemas: input.texts('schema_ids') },
        ...(owner === undefined ? {} : { owner }),
      })
      return { review_queue: queueWire(made) }
    },
  },
  {
    ...{ method: 'POST', path: `${path}/get-or-create-user`, ...write },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const own = await rooms.tracking.userQueue(experiment, input.need('user'))
      return { review_queue: queueWire(own) }
    },
  },
  {
    ...{ method: 'GET', path: `${path}/get`, ...read },
    run: async ({ rooms, input }) => ({
      review_queue: queueWire(await rooms.tracking.reviewQueue(input.need('queue_id'))),
    }),
  },
  {
    ...{ method: 'GET', path: `${path}/get-by-name`, ...read },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const found = await rooms.tracking.reviewQueueNamed(experiment, input.need('name'))
      return { review_queue: queueWire(found) }
    },
  },
  {
    ...{ method: 'GET', path: `${path}/list`, ...read },
    async run({ rooms, input }) {
      const experiment = await experimentNamedBy(rooms, input.need('experiment_id'))
      const [user, trace] = [input.text('user'), input.text('item_id')]
      const { items, next } = await rooms.tracking.reviewQueues(experiment, {
        ...pageOf(input, 1000),
        ...(user === undefined ? {} : { user }),
        ...(trace === undefined ? {} : { trace }),
      })
      return { review_queues: items.map(queueWire), ...nextOf(next) }
    },
  },
  {
    ...{ method: 'POST', path: `${path}/update`, ...write },
    async run({ rooms, input }) {
      const [name, owner] = [input.text('name'), input.text('new_owner')]
      const changed = await rooms.tracking.changeReviewQueue(input.need('queue_id'), {
        ...(name === undefined ? {} : { name }),
        ...(owner === undefined ? {} : { owner }),
        // An empty list says that there is none, where it is not left as it is.
        ...(input.boolean('update_users') ? { users: input.texts('users') } : {}),
        ...(input.boolean('update_schema_ids') ? { schemas: input.texts('schema_ids') } : {}),
      })
      return { review_queue: queueWire(changed) }
    },
  },
  {
    ...{ method: 'POST', path: `${path}/delete`, ...write },
    async run({ rooms, input }) {
      await rooms.tracking.removeReviewQueue(input.need('queue_id'))
      return {}
    },
  },
  ...itemRoutes,
]
