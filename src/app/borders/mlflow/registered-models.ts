import type { Identity } from '#auth'
import type { Model, ModelVersion } from '#contract'
import type { Rooms } from '../../rooms.ts'
import { removeModel, renameModel, type Tender } from '../../steps/tend-model.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { wrong, type Input } from './input.ts'
import { namedKey } from './limits.ts'
import { namesPrompts, registryTags, stageOf, stages, tagValue } from './registry-input.ts'
import type { Call, MlflowRoute } from './route.ts'
import { modelWire, versionWire } from './wire.ts'

const models = '2.0/mlflow/registered-models'

function newName(input: Input, field: string): string {
  const name = input.text(field) ?? ''
  if (name.trim() === '') throw wrong(field, name, 'a name that is not blank')
  if (/[/:\p{Cc}\p{Zl}\p{Zp}]/u.test(name) || name.length > 250 || name === '.' || name === '..') {
    throw wrong(
      field,
      name.slice(0, 80),
      'a name of at most 250 characters without / and : in one line',
    )
  }
  return name
}

/** In the order of the stages. */
function byStage(all: readonly ModelVersion[]): readonly ModelVersion[] {
  return stages.flatMap((stage) => all.find((version) => version.stage === stage) ?? [])
}

async function wire(rooms: Rooms, model: Model): Promise<object> {
  return modelWire(model, byStage(await rooms.registry.newestOfStages([model.name])))
}

async function changed({ app, rooms }: Call, model: Model): Promise<object> {
  app.events.emit('models', model.name)
  return { registered_model: await wire(rooms, model) }
}

function tenderOf({ who, request }: Call): Tender {
  return { who, identity: request.identity as Identity }
}

async function latest({ rooms, input }: Call): Promise<object> {
  const wanted = input.texts('stages').map(stageOf)
  const { name } = await rooms.registry.model(input.need('name'))
  const found = byStage(await rooms.registry.newestOfStages([name]))
  return {
    model_versions: found
      .filter((version) => wanted.length === 0 || wanted.includes(version.stage))
      .map(versionWire),
  }
}

async function search({ rooms, input }: Call): Promise<object> {
  const asked = searchOf(input)
  const { items, next } = await rooms.registry.searchModels({
    ...asked,
    order: input.texts('order_by'),
    limit: limitOf(input, 100, 1000),
    prompts: namesPrompts(asked.filter),
  })
  const newest = await rooms.registry.newestOfStages(items.map((model) => model.name))
  const newestOf = Map.groupBy(newest, (version) => version.model)
  const found = items.map((model) => modelWire(model, byStage(newestOf.get(model.name) ?? [])))
  return { registered_models: found, ...nextOf(next) }
}

export const registeredModelRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${models}/create`,
    permission: 'models:write',
    async run(call) {
      const { rooms, input } = call
      const description = input.text('description')
      const model = await rooms.registry.createModel({
        name: newName(input, 'name'),
        tags: registryTags(input),
        ...(description === undefined ? {} : { description }),
      })
      return changed(call, model)
    },
  },
  {
    method: 'GET',
    path: `${models}/get`,
    permission: 'models:read',
    run: async ({ rooms, input }) => ({
      registered_model: await wire(rooms, await rooms.registry.model(input.need('name'))),
    }),
  },
  // R's client sends it by POST, for which MLflow's own server has no route.
  ...(['GET', 'POST'] as const).map((method): MlflowRoute => ({
    method,
    path: `${models}/search`,
    permission: 'models:read',
    run: search,
  })),
  {
    method: 'PATCH',
    path: `${models}/update`,
    permission: 'models:write',
    async run(call) {
      const { rooms, input } = call
      const description = input.text('description') ?? ''
      return changed(call, await rooms.registry.describeModel(input.need('name'), description))
    },
  },
  {
    method: 'POST',
    path: `${models}/rename`,
    permission: 'models:write',
    async run(call) {
      const { app, rooms, input, who } = call
      const [name, to] = [input.need('name'), newName(input, 'new_name')]
      const model = await renameModel(rooms, name, to, tenderOf(call))
      await app.auth.audit.record({ who, what: 'models.rename', object: name, detail: to })
      return changed(call, model)
    },
  },
  {
    method: 'DELETE',
    path: `${models}/delete`,
    permission: 'models:write',
    async run(call) {
      const { app, rooms, input, who } = call
      const name = input.need('name')
      await removeModel(rooms, name, tenderOf(call))
      await app.auth.audit.record({ who, what: 'models.remove', object: name, detail: '' })
      app.events.emit('models', name)
      return {}
    },
  },
  ...(['GET', 'POST'] as const).map((method): MlflowRoute => ({
    method,
    path: `${models}/get-latest-versions`,
    permission: 'models:read',
    run: latest,
  })),
  {
    method: 'POST',
    path: `${models}/set-tag`,
    permission: 'models:write',
    async run({ app, rooms, input }) {
      const name = input.need('name')
      await rooms.registry.setModelTag(name, namedKey(input), tagValue(input))
      app.events.emit('models', name)
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${models}/delete-tag`,
    permission: 'models:write',
    async run({ app, rooms, input }) {
      const name = input.need('name')
      await rooms.registry.removeModelTag(name, input.need('key'))
      app.events.emit('models', name)
      return {}
    },
  },
]
