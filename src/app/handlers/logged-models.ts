import { operations } from '#contract'
import {
  firstVersionFilter,
  promptFilter,
  promptRecord,
  promptVersionRecord,
} from '../borders/mlflow/prompt-record.ts'
import { implement } from '../handler.ts'
import type { Rooms } from '../rooms.ts'
import { activeExperiments } from '../steps/active-experiments.ts'
import { registerSource } from '../steps/register-source.ts'
import { loggedModelRecord, modelPoint } from '../steps/run-about.ts'
import { signatureOfModel } from '../steps/signature-of-model.ts'
import { writePrompt } from '../steps/write-prompt.ts'

const { loggedModels, prompts } = operations

export const loggedModelHandlers = [
  implement(loggedModels.search, async ({ experiment, ...search }, { rooms }) => {
    const all = await activeExperiments(rooms, experiment)
    const { items, next } = await rooms.tracking.searchLoggedModels({
      ...search,
      experiments: all.map((each) => each.id),
    })
    const names = new Map(all.map((each) => [each.id, each.name]))
    const runs = await runNames(rooms, items)
    return {
      models: items.map((each) => {
        const runName = runs.get(each.run ?? '')
        return {
          ...loggedModelRecord(each, names.get(each.experiment) ?? ''),
          ...(runName === undefined ? {} : { runName }),
        }
      }),
      ...(next === undefined ? {} : { next }),
    }
  }),

  implement(loggedModels.get, async ({ model: id }, { rooms }) => {
    const model = await rooms.tracking.loggedModel(id)
    const [experiment, { items }] = await Promise.all([
      rooms.tracking.experiment(model.experiment),
      rooms.registry.searchVersions({ prompts: false, filter: `source_path LIKE '%${model.id}%'` }),
    ])
    return {
      model: loggedModelRecord(model, experiment.name),
      versions: items.map(({ model: name, version, aliases }) => ({
        model: name,
        version,
        aliases,
      })),
    }
  }),

  implement(loggedModels.signature, async ({ model }, { rooms }) => {
    await rooms.tracking.loggedModel(model)
    return signatureOfModel(rooms, model)
  }),

  implement(loggedModels.points, async ({ model, limit = 1000, cursor }, { rooms }) => {
    const { points, ...rest } = await rooms.tracking.modelPoints(model, {
      limit,
      ...(cursor === undefined ? {} : { cursor }),
    })
    return {
      points: points.map(modelPoint),
      ...rest,
    }
  }),

  implement(loggedModels.register, async ({ model: id, name, description }, context) => {
    const { rooms, app, who } = context
    const model = await rooms.tracking.loggedModel(id)
    await rooms.registry.declare(name)
    const version = await registerSource(rooms, {
      model: name,
      by: who,
      uri: `models:/${model.id}`,
      tags: {},
      ...(model.run === undefined ? {} : { run: model.run }),
      ...(description === undefined ? {} : { description }),
    })
    app.events.emit('models', name)
    return { version }
  }),

  implement(prompts.list, async (_, { rooms }) => {
    const most = { prompts: true, limit: 1000 }
    const [{ items }, { items: versions }] = await Promise.all([
      rooms.registry.searchModels({ ...most, filter: promptFilter }),
      rooms.registry.searchVersions({ ...most, filter: firstVersionFilter, order: ['name ASC'] }),
    ])
    const firsts = new Map(versions.map((each) => [each.model, each]))
    return { prompts: items.map((each) => promptRecord(each, firsts.get(each.name))) }
  }),

  implement(prompts.get, async ({ name }, { rooms }) => {
    const prompt = await rooms.registry.model(name)
    const versions = await rooms.registry.versions(name)
    const first = versions.find((each) => each.version === 1)
    return { prompt: promptRecord(prompt, first), versions: versions.map(promptVersionRecord) }
  }),

  implement(prompts.write, async (given, { rooms, app, who }) => {
    const version = await writePrompt(rooms, { ...given, by: who })
    app.events.emit('models', given.name)
    return { version: promptVersionRecord(version) }
  }),
]

/** The names of the runs that made some models; of those that are gone, none. */
async function runNames(
  { tracking }: Rooms,
  models: readonly { readonly run?: string | undefined }[],
): Promise<ReadonlyMap<string, string>> {
  // Clients send any text as the run; only what could name one goes into a filter.
  const ids = new Set(models.flatMap(({ run = '' }) => (/^[\w-]+$/.test(run) ? run : [])))
  if (ids.size === 0) return new Map()
  const filter = `attributes.run_id IN (${[...ids].map((id) => `'${id}'`).join(', ')})`
  const { items } = await tracking.searchInfos({ filter, limit: ids.size })
  return new Map(items.map(({ id, name }) => [id, name]))
}
