import type { Identity } from '#auth'
import { TidemillError } from '#contract'
import { isPerson } from '../../is-person.ts'
import { moveAlias } from '../../steps/move-alias.ts'
import { removeAlias } from '../../steps/tend-model.ts'
import { wrong, type Input } from './input.ts'
import { numberOf } from './registry-input.ts'
import type { MlflowRoute } from './route.ts'
import { versionWire } from './wire.ts'

const path = '2.0/mlflow/registered-models/alias'

function aliasOf(input: Input): string {
  const alias = input.need('alias')
  const isFine = /^[\p{L}\p{N}_-]{1,255}$/u.test(alias) && !/^(?:latest|v\p{Nd}+)$/iu.test(alias)
  if (isFine) return alias
  throw wrong('alias', alias.slice(0, 80), 'letters, digits, _ and -; not "latest", not v1, v2 …')
}

export const modelAliasRoutes: readonly MlflowRoute[] = [
  {
    method: 'POST',
    path,
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
    path,
    permission: 'models:promote',
    async run({ app, rooms, input, who }) {
      const [model, alias] = [input.need('name'), input.need('alias')]
      await rooms.registry.model(model)
      if (await rooms.registry.aliased(model, alias)) {
        await removeAlias(rooms, model, alias, { by: who, why: 'removed by an MLflow client' })
        const object = `${model}@${alias}`
        await app.auth.audit.record({ who, what: 'models.removeAlias', object, detail: '' })
        app.events.emit('models', model)
      }
      return {}
    },
  },
  {
    method: 'GET',
    path,
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
]
