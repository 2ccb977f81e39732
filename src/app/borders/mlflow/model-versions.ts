import type { Identity } from '#auth'
import { TidemillError } from '#contract'
import { removeVersion } from '../../steps/tend-model.ts'
import { requireUnchanged } from '../../steps/verify-version.ts'
import { limitOf, nextOf, searchOf } from './experiments.ts'
import { wrong } from './input.ts'
import { namedKey } from './limits.ts'
import {
  namesPrompts,
  numberOf,
  promptTag,
  registryTags,
  stageOf,
  tagValue,
} from './registry-input.ts'
import type { MlflowRoute } from './route.ts'
import { checkSource, downloadOf } from './sources.ts'
import { versionWire } from './wire.ts'

const versions = '2.0/mlflow/model-versions'

/** A copy keeps its numbers; behind one past all counting there would be no next. */
const largestGiven = 1_000_000_000

export const modelVersionRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path: `${versions}/create`,
    permission: 'models:write',
    async run({ app, rooms, input, who }) {
      const name = input.need('name')
      const tags = registryTags(input)
      const model = await rooms.registry.model(name)
      const [source, given] = [input.need('source'), input.text('run_id') ?? '']
      const isPrompt = model.tags[promptTag]?.toLowerCase() === 'true'
      const files = isPrompt
        ? { ...(given === '' ? {} : { run: given }) }
        : await checkSource(rooms, source, given, input.text('model_id') ?? '')
      const description = input.text('description')
      const number = input.integer('version')
      if (number !== undefined && (number < 1 || number > largestGiven)) {
        throw wrong('version', number, `a number from 1 to ${largestGiven}`)
      }
      const { registerSource } = await import('../../steps/register-source.ts')
      const version = await registerSource(rooms, {
        model: name,
        ...(number === undefined ? {} : { number }),
        by: who,
        tags,
        ...files,
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
      return { artifact_uri: await downloadOf(rooms, version) }
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
    async run({ app, rooms, input }) {
      const [name, number] = [input.need('name'), numberOf(input)]
      const text = input.text('description') ?? ''
      const version = await rooms.registry.describeVersion(name, number, text)
      app.events.emit('models', name)
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
      const identity = request.identity as Identity
      await removeVersion(rooms, name, number, { who, identity })
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
    async run({ app, rooms, input }) {
      const [name, number, key] = [input.need('name'), numberOf(input), namedKey(input)]
      await rooms.registry.setVersionTag(name, number, key, tagValue(input))
      app.events.emit('models', name)
      return {}
    },
  },
  {
    method: 'DELETE',
    path: `${versions}/delete-tag`,
    permission: 'models:write',
    async run({ app, rooms, input }) {
      const [name, number] = [input.need('name'), numberOf(input)]
      await rooms.registry.removeVersionTag(name, number, input.need('key'))
      app.events.emit('models', name)
      return {}
    },
  },
]
