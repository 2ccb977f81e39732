import { mayReach, type Identity } from '#auth'
import { TidemillError, type Model, type ModelVersion } from '#contract'
import { moveAlias } from '../../steps/move-alias.ts'
import { registerSource } from '../../steps/register-source.ts'
import { requireUnchanged } from '../../steps/verify-version.ts'
import { isPerson } from '../../is-person.ts'
import type { Rooms } from '../../rooms.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { wrong, type Input } from './input.ts'
import type { Call, MlflowRoute } from './route.ts'
import { tagKey } from './limits.ts'
import { checkSource } from './sources.ts'
import { modelWire, textsOf, versionWire } from './wire.ts'

const models = '2.0/mlflow/registered-models'
const versions = '2.0/mlflow/model-versions'
const promptTag = 'mlflow.prompt.is_prompt'
const stages = ['None', 'Staging', 'Production', 'Archived']
const longestTag = 100_000
/** A copy keeps its numbers; behind one past all counting there would be no next. */
const largestGiven = 1_000_000_000

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

function numberOf(input: Input): number {
  const version = input.need('version')
  if (/^\d{1,15}$/.test(version)) return Number(version)
  throw wrong('version', version, 'an integer')
}

function aliasOf(input: Input): string {
  const alias = input.need('alias')
  const isFine = /^[\w-]{1,255}$/.test(alias) && !/^(?:latest|v\d+)$/i.test(alias)
  if (isFine) return alias
  throw wrong('alias', alias.slice(0, 80), 'letters, digits, _ and -; not "latest", not v1, v2 …')
}

function stageOf(text: string): string {
  const stage = stages.find((each) => each.toLowerCase() === text.toLowerCase())
  if (stage !== undefined) return stage
  throw wrong('stage', text, stages.join(', '))
}

function tagValue(input: Input): string {
  const value = input.text('value') ?? ''
  if (value.length > longestTag) throw wrong('value', value.slice(0, 60), '100,000 characters')
  return value
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

/** An endpoint follows a model by its name, so the name must stay while one does. */
async function refuseServed(rooms: Rooms, model: string): Promise<void> {
  const served = (await rooms.serving.endpoints()).find((endpoint) => endpoint.model === model)
  if (!served) return
  const problem = `The endpoint ${served.name} serves ${model}; remove the endpoint first.`
  throw new TidemillError('conflict', { problem })
}

/** An endpoint follows an alias, so the alias must name something while one does. */
async function refuseFollowed(
  rooms: Rooms,
  { model, version }: ModelVersion,
  aliases: readonly string[],
): Promise<void> {
  const follower = (await rooms.serving.endpoints()).find(
    (endpoint) => endpoint.model === model && aliases.includes(endpoint.alias),
  )
  if (!follower) return
  const problem = `The endpoint ${follower.name} serves version ${version} of ${model}; move its alias first.`
  throw new TidemillError('conflict', { problem })
}

const namesPrompts = (filter: string): boolean => filter.includes(promptTag)

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

export const registryRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${models}/create`,
    permission: 'models:write',
    async run(call) {
      const { rooms, input } = call
      const description = input.text('description')
      const model = await rooms.registry.createModel({
        name: newName(input, 'name'),
        tags: textsOf(input.list('tags')),
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
  {
    method: 'GET',
    path: `${models}/search`,
    permission: 'models:read',
    async run({ rooms, input }) {
      const search = searchOf(input)
      const { items, next } = await rooms.registry.searchModels({
        ...search,
        order: input.texts('order_by'),
        limit: limitOf(input, 100, 1000),
        prompts: namesPrompts(search.filter),
      })
      const newest = await rooms.registry.newestOfStages(items.map((model) => model.name))
      const newestOf = Map.groupBy(newest, (version) => version.model)
      const found = items.map((model) => modelWire(model, byStage(newestOf.get(model.name) ?? [])))
      return { registered_models: found, ...nextOf(next) }
    },
  },
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
      const { rooms, input } = call
      const name = input.need('name')
      await refuseServed(rooms, name)
      return changed(call, await rooms.registry.renameModel(name, newName(input, 'new_name')))
    },
  },
  {
    method: 'DELETE',
    path: `${models}/delete`,
    permission: 'models:write',
    async run({ app, rooms, input, who }) {
      const name = input.need('name')
      await refuseServed(rooms, name)
      await rooms.registry.removeModel(name)
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
    async run({ rooms, input }) {
      await rooms.registry.setModelTag(input.need('name'), tagKey(input), tagValue(input))
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${models}/delete-tag`,
    permission: 'models:write',
    async run({ rooms, input }) {
      await rooms.registry.removeModelTag(input.need('name'), input.need('key'))
      return {}
    },
  },
  {
    method: 'POST',
    path: `${models}/alias`,
    permission: 'models:promote',
    async run({ app, rooms, input, request, who }) {
      const [model, alias, version] = [input.need('name'), aliasOf(input), numberOf(input)]
      await rooms.registry.version(model, version)
      const voice = await isPerson(app, request.identity as Identity)
      const wish = { model, alias, version, by: who, isPerson: voice }
      try {
        await moveAlias(rooms, { ...wish, why: 'set by an MLflow client' })
        const object = `${model}@${alias}`
        await app.auth.audit.record({ who, what: 'models.alias', object, detail: `${version}` })
      } finally {
        app.events.emit('models', model)
      }
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${models}/alias`,
    permission: 'models:promote',
    async run({ app, rooms, input, who }) {
      const [model, alias] = [input.need('name'), input.need('alias')]
      await rooms.registry.model(model)
      const named = await rooms.registry.aliased(model, alias)
      if (named) {
        await refuseFollowed(rooms, named, [alias])
        await rooms.registry.removeAlias(model, alias, {
          by: who,
          why: 'removed by an MLflow client',
        })
        const object = `${model}@${alias}`
        await app.auth.audit.record({ who, what: 'models.removeAlias', object, detail: '' })
        app.events.emit('models', model)
      }
      return {}
    },
  },
  {
    method: 'GET',
    path: `${models}/alias`,
    permission: 'models:read',
    async run({ rooms, input }) {
      const [name, alias] = [input.need('name'), input.need('alias')]
      const model = await rooms.registry.model(name)
      const version =
        alias.toLowerCase() === 'latest'
          ? model.latest === undefined
            ? undefined
            : await rooms.registry.version(name, model.latest)
          : await rooms.registry.aliased(name, alias)
      if (version) return { model_version: versionWire(version) }
      const problem = `Registered model alias ${alias} not found.`
      throw new TidemillError('bad_request', { problem })
    },
  },
  {
    method: 'POST',
    path: `${versions}/create`,
    permission: 'models:write',
    async run({ app, rooms, input, who }) {
      const name = input.need('name')
      const tags = textsOf(input.list('tags'))
      const model = await rooms.registry.model(name)
      const [source, run] = [input.need('source'), input.text('run_id') ?? '']
      const isPrompt = model.tags[promptTag]?.toLowerCase() === 'true'
      const location = isPrompt
        ? undefined
        : await checkSource(rooms, source, run, input.text('model_id') ?? '')
      const description = input.text('description')
      const number = input.integer('version')
      if (number !== undefined && (number < 1 || number > largestGiven)) {
        throw wrong('version', number, `a number from 1 to ${largestGiven}`)
      }
      const version = await registerSource(rooms, {
        model: name,
        ...(number === undefined ? {} : { number }),
        by: who,
        tags,
        ...(run === '' ? {} : { run }),
        ...(location === undefined ? {} : { uri: location }),
        ...(description === undefined ? {} : { description }),
      })
      app.events.emit('models', name)
      return { model_version: versionWire(version) }
    },
  },
  {
    method: 'GET',
    path: `${versions}/get`,
    permission: 'models:read',
    run: async ({ rooms, input }) => ({
      model_version: versionWire(await rooms.registry.version(input.need('name'), numberOf(input))),
    }),
  },
  {
    method: 'GET',
    path: `${versions}/get-download-uri`,
    permission: 'models:read',
    async run({ rooms, input }) {
      const version = await rooms.registry.version(input.need('name'), numberOf(input))
      await requireUnchanged(rooms, version)
      return { artifact_uri: version.uri ?? `runs:/${version.run ?? ''}/model` }
    },
  },
  {
    method: 'GET',
    path: `${versions}/search`,
    permission: 'models:read',
    async run({ rooms, input }) {
      const search = searchOf(input)
      const { items, next } = await rooms.registry.searchVersions({
        ...search,
        order: input.texts('order_by'),
        limit: limitOf(input, 10_000, 200_000),
        prompts: namesPrompts(search.filter),
      })
      return { model_versions: items.map(versionWire), ...nextOf(next) }
    },
  },
  {
    method: 'PATCH',
    path: `${versions}/update`,
    permission: 'models:write',
    async run({ rooms, input }) {
      const [name, number] = [input.need('name'), numberOf(input)]
      const text = input.text('description') ?? ''
      const version = await rooms.registry.describeVersion(name, number, text)
      return { model_version: versionWire(version) }
    },
  },
  {
    method: 'POST',
    path: `${versions}/transition-stage`,
    permission: 'models:promote',
    async run({ app, rooms, input }) {
      const [name, number, stage] = [
        input.need('name'),
        numberOf(input),
        stageOf(input.need('stage')),
      ]
      const archive = input.boolean('archive_existing_versions') ?? false
      if (archive && (stage === 'None' || stage === 'Archived')) {
        const problem = `Only Staging and Production archive what was in them before, not ${stage}.`
        throw new TidemillError('bad_request', { problem })
      }
      const version = await rooms.registry.setStage(name, number, stage, archive)
      app.events.emit('models', name)
      return { model_version: versionWire(version) }
    },
  },
  {
    method: 'DELETE',
    path: `${versions}/delete`,
    permission: 'models:write',
    async run({ app, rooms, input, request, who }) {
      const [name, number] = [input.need('name'), numberOf(input)]
      const version = await rooms.registry.version(name, number)
      await refuseFollowed(rooms, version, version.aliases)
      const identity = request.identity as Identity
      const mayPromote = mayReach(identity, 'models:promote', rooms.project, false)
      await rooms.registry.removeVersion(name, number, { who, mayPromote })
      const object = `${name}/${number}`
      await app.auth.audit.record({ who, what: 'models.removeVersion', object, detail: '' })
      app.events.emit('models', name)
      return {}
    },
  },
  {
    method: 'POST',
    path: `${versions}/set-tag`,
    permission: 'models:write',
    async run({ rooms, input }) {
      const [name, number, key] = [input.need('name'), numberOf(input), tagKey(input)]
      await rooms.registry.setVersionTag(name, number, key, tagValue(input))
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${versions}/delete-tag`,
    permission: 'models:write',
    async run({ rooms, input }) {
      const [name, number] = [input.need('name'), numberOf(input)]
      await rooms.registry.removeVersionTag(name, number, input.need('key'))
      return {}
    },
  },
]
