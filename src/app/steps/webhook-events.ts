import type { Model, ModelVersion } from '#contract'
import type { Registry, WebhookEvent } from '#registry'

/** What happened, with what is told of it. */
export interface Happened {
  readonly event: WebhookEvent
  readonly data: Readonly<Record<string, unknown>>
}

/** Every event there is, with an example of what is told. */
export const exampleEvents: Readonly<Record<WebhookEvent, Happened['data']>> = {
  'registered_model.created': { name: 'example_model', tags: { k: 'v' }, description: 'A model' },
  'model_version.created': {
    ...{ name: 'example_model', version: '1', source: 'models:/m-1', run_id: 'r1' },
    ...{ tags: { k: 'v' }, description: 'A version' },
  },
  'model_version_tag.set': { name: 'example_model', version: '1', key: 'k', value: 'v' },
  'model_version_tag.deleted': { name: 'example_model', version: '1', key: 'k' },
  'model_version_alias.created': { name: 'example_model', alias: 'champion', version: '1' },
  'model_version_alias.deleted': { name: 'example_model', alias: 'champion' },
  'prompt.created': { name: 'example_prompt', tags: { k: 'v' }, description: 'A prompt' },
  'prompt_version.created': {
    ...{ name: 'example_prompt', version: '1', template: 'Hello {{name}}!' },
    ...{ tags: { k: 'v' }, description: 'A version' },
  },
  'prompt_tag.set': { name: 'example_prompt', key: 'k', value: 'v' },
  'prompt_tag.deleted': { name: 'example_prompt', key: 'k' },
  'prompt_version_tag.set': { name: 'example_prompt', version: '1', key: 'k', value: 'v' },
  'prompt_version_tag.deleted': { name: 'example_prompt', version: '1', key: 'k' },
  'prompt_alias.created': { name: 'example_prompt', alias: 'live', version: '1' },
  'prompt_alias.deleted': { name: 'example_prompt', alias: 'live' },
}

/** The registry, telling of each change once it is made. Telling never makes a change fail. */
export function announcing(
  registry: Registry,
  tell: (happened: Happened) => Promise<void>,
): Registry {
  async function isPrompt(name: string): Promise<boolean> {
    const model = await registry.findModel(name)
    return model?.tags['mlflow.prompt.is_prompt']?.toLowerCase() === 'true'
  }

  /** A prompt is a model by another name. */
  async function say(
    [ofModel, ofPrompt]: readonly [WebhookEvent | undefined, WebhookEvent],
    name: string,
    data: Happened['data'],
  ): Promise<void> {
    const event = (await isPrompt(name)) ? ofPrompt : ofModel
    if (event !== undefined) await tell({ event, data: { name, ...data } })
  }

  const made = (model: Model): Promise<void> =>
    say(['registered_model.created', 'prompt.created'], model.name, {
      tags: model.tags,
      description: model.description,
    })

  async function versionMade(version: ModelVersion): Promise<void> {
    const { model, run, uri, tags, description } = version
    const common = { version: String(version.version), tags, description }
    await say(['model_version.created', 'prompt_version.created'], model, {
      ...common,
      ...((await isPrompt(model))
        ? { template: tags['mlflow.prompt.text'] ?? '' }
        : { source: uri ?? null, run_id: run ?? null }),
    })
  }

  const aliasSet = (name: string, alias: string, version: number | undefined): Promise<void> =>
    version === undefined
      ? say(['model_version_alias.deleted', 'prompt_alias.deleted'], name, { alias })
      : say(['model_version_alias.created', 'prompt_alias.created'], name, {
          ...{ alias, version: String(version) },
        })

  return {
    ...registry,
    async createModel(given) {
      const model = await registry.createModel(given)
      await made(model)
      return model
    },
    async declare(name, description) {
      const before = await registry.findModel(name)
      const model = await registry.declare(name, description)
      if (!before) await made(model)
      return model
    },
    async register(given) {
      const before = await registry.findModel(given.model)
      const answer = await registry.register(given)
      if (!before) await made(await registry.model(given.model))
      if (!answer.unchanged) await versionMade(answer.version)
      return answer
    },
    async addVersion(given) {
      const version = await registry.addVersion(given)
      await versionMade(version)
      return version
    },
    async setModelTag(name, key, value) {
      await registry.setModelTag(name, key, value)
      await say([undefined, 'prompt_tag.set'], name, { key, value })
    },
    async removeModelTag(name, key) {
      await registry.removeModelTag(name, key)
      await say([undefined, 'prompt_tag.deleted'], name, { key })
    },
    async setVersionTag(name, version, key, value) {
      await registry.setVersionTag(name, version, key, value)
      const data = { version: String(version), key, value }
      await say(['model_version_tag.set', 'prompt_version_tag.set'], name, data)
    },
    async removeVersionTag(name, version, key) {
      await registry.removeVersionTag(name, version, key)
      const data = { version: String(version), key }
      await say(['model_version_tag.deleted', 'prompt_version_tag.deleted'], name, data)
    },
    async setAlias(name, alias, version, reason) {
      const answer = await registry.setAlias(name, alias, version, reason)
      if (answer.moved) await aliasSet(name, alias, version)
      return answer
    },
    async rollback(name, alias, reason) {
      const answer = await registry.rollback(name, alias, reason)
      await aliasSet(name, alias, answer.model.aliases[alias])
      return answer
    },
    async removeAlias(name, alias, reason) {
      const change = await registry.removeAlias(name, alias, reason)
      await aliasSet(name, alias, undefined)
      return change
    },
  }
}
