import type { LoggedModel } from '#tracking'
import { experimentNamedBy } from './default-experiment.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { missing, wrong, type Input } from './input.ts'
import { withKeptId } from './kept-id.ts'
import { shortText } from './limits.ts'
import type { MlflowRoute } from './route.ts'
import { loggedModelWire, textsOf } from './wire.ts'

const path = '2.0/mlflow/logged-models'

function stateOf(input: Input): LoggedModel['status'] {
  const status = input.need('status')
  const states = { LOGGED_MODEL_READY: 'ready', LOGGED_MODEL_UPLOAD_FAILED: 'failed' } as const
  if (Object.hasOwn(states, status)) return states[status as keyof typeof states]
  throw wrong('status', status, Object.keys(states).join(' or '))
}

function nameOf(input: Input): string | undefined {
  const name = shortText(input, 'name', 500) ?? ''
  if (name === '') return undefined
  if (!/[/:.%"']/.test(name)) return name
  throw wrong('name', name, `a name without / : . % " and '`)
}

export const loggedModelRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      const { id } = await rooms.tracking.experiment(
        await experimentNamedBy(rooms, input.need('experiment_id')),
      )
      const [name, type] = [nameOf(input), shortText(input, 'model_type', 500)]
      const run = input.text('source_run_id') ?? ''
      const model = await withKeptId(input, ['model_id', /^m-[0-9a-f]{32}$/], (own) =>
        rooms.tracking.createLoggedModel({
          ...own,
          experiment: id,
          params: textsOf(input.list('params')),
          tags: textsOf(input.list('tags')),
          ...(name === undefined ? {} : { name }),
          ...(type === undefined ? {} : { type }),
          ...(run === '' ? {} : { run }),
        }),
      )
      return { model: loggedModelWire(model) }
    },
  },
  {
    method: 'POST',
    path: `${path}/search`,
    permission: 'tracking:read',
    async run({ rooms, input }) {
      const { items, next } = await rooms.tracking.searchLoggedModels({
        ...searchOf(input),
        experiments: input.texts('experiment_ids'),
        order: input.list('order_by').map(orderOf),
        limit: limitOf(input, 50, 1000),
        datasets: input.list('datasets').map((each) => {
          const digest = each.text('dataset_digest')
          return { name: each.need('dataset_name'), ...(digest === undefined ? {} : { digest }) }
        }),
      })
      return { models: items.map(loggedModelWire), ...nextOf(next) }
    },
  },
  {
    method: 'GET',
    path: `${path}/:model_id`,
    permission: 'tracking:read',
    run: async ({ rooms, input }) => ({
      model: loggedModelWire(await rooms.tracking.loggedModel(input.need('model_id'))),
    }),
  },
  {
    method: 'PATCH',
    path: `${path}/:model_id`,
    permission: 'tracking:write',
    run: async ({ rooms, input }) => ({
      model: loggedModelWire(
        await rooms.tracking.finishLoggedModel(input.need('model_id'), stateOf(input)),
      ),
    }),
  },
  {
    method: 'DELETE',
    path: `${path}/:model_id`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      await rooms.tracking.removeLoggedModel(input.need('model_id'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${path}/:model_id/params`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      await rooms.tracking.logModelParams(input.need('model_id'), textsOf(input.list('params')))
      return {}
    },
  },
  {
    method: 'PATCH',
    path: `${path}/:model_id/tags`,
    permission: 'tracking:write',
    run: async ({ rooms, input }) => ({
      model: loggedModelWire(
        await rooms.tracking.setModelTags(input.need('model_id'), textsOf(input.list('tags'))),
      ),
    }),
  },
  {
    method: 'DELETE',
    path: `${path}/:model_id/tags/:key`,
    permission: 'tracking:write',
    async run({ rooms, input }) {
      await rooms.tracking.removeModelTag(input.need('model_id'), input.need('key'))
      return {}
    },
  },
]

/** `{field_name, ascending}` as the order's text. */
function orderOf(each: Input): string {
  const field = each.text('field_name')
  if (field === undefined) throw missing('order_by.field_name')
  const [area, ...rest] = field.split('.')
  const key = rest.length === 0 ? field : `${area ?? ''}.\`${rest.join('.')}\``
  return `${key} ${each.boolean('ascending') === false ? 'DESC' : 'ASC'}`
}
