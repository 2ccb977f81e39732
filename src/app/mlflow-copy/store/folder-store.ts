import { createReadStream, existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { TidemillError } from '#contract'
import type { Json } from '../../json.ts'
import { doubleOf, folders, links, meta, names, texts } from './folder-files.ts'
import { folderModels } from './folder-models.ts'
import { folderTraces } from './folder-traces.ts'
import {
  pairsOfTexts,
  type MlflowStore,
  type StoredPoint,
  type StoredRun,
  type Texts,
} from './mlflow-store.ts'

const states = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']
const page = 200

/** An `mlruns` folder. Where it lies does not matter: files are looked for in it, and not where it says it was. */
export function folderStore(root: string): MlflowStore {
  const runPlaces = new Map<string, string>()
  if (!existsSync(join(root, '0', 'meta.yaml')) && !existsSync(join(root, 'models'))) {
    const problem = `${root} is no mlruns folder: it has neither an experiment 0 nor models.`
    throw new TidemillError('bad_request', { problem })
  }

  async function readRun(place: string, meta: Json): Promise<StoredRun> {
    const id = String(meta.run_id ?? meta.run_uuid)
    runPlaces.set(id, place)
    const [params, tags, metrics, inputs, outputs] = await Promise.all([
      texts(join(place, 'params')),
      texts(join(place, 'tags')),
      names(join(place, 'metrics')),
      readInputs(place),
      links(join(place, 'outputs')),
    ])
    const [name, user, start, end] = [
      meta.run_name ?? tags['mlflow.runName'],
      meta.user_id,
      meta.start_time,
      meta.end_time,
    ]
    return {
      id,
      experiment: String(meta.experiment_id),
      status: states[Number(meta.status)] ?? 'FINISHED',
      ...{ params, tags, metrics, datasets: inputs.datasets },
      models: {
        inputs: inputs.models.map((link) => ({ model_id: String(link.source_id) })),
        outputs: outputs.map((link) => ({
          ...{ model_id: String(link.source_id), step: Number(link.step ?? 0) },
        })),
      },
      files: { folder: join(place, 'artifacts') },
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof user === 'string' ? { user } : {}),
      ...(typeof start === 'number' ? { start } : {}),
      ...(typeof end === 'number' ? { end } : {}),
    }
  }

  /** What a run read: links of its own to data sets of the experiment, and to models. */
  async function readInputs(
    place: string,
  ): Promise<{ readonly datasets: readonly Json[]; readonly models: readonly Json[] }> {
    const [datasets, all]: [Json[], readonly Json[]] = [[], await links(join(place, 'inputs'))]
    for (const link of all.filter((each) => each.source_type === 'DATASET')) {
      const dataset = await meta(join(place, '..', 'datasets', String(link.source_id)))
      if (dataset) datasets.push({ dataset, tags: pairsOfTexts((link.tags ?? {}) as Texts) })
    }
    return { datasets, models: all.filter((each) => each.source_type === 'MODEL') }
  }

  return {
    name: root,
    ...folderModels(root),
    ...folderTraces(root, texts),

    async experiments() {
      const all = await Promise.all(
        (await folders(root)).map(async (id) => ({ id, meta: await meta(join(root, id)) })),
      )
      return Promise.all(
        all
          .filter((each) => each.meta?.experiment_id !== undefined)
          .toSorted(
            (a, b) => Number(a.meta?.creation_time ?? 0) - Number(b.meta?.creation_time ?? 0),
          )
          .map(async ({ id, meta: own }) => ({
            ...{ id, name: String(own?.name), tags: await texts(join(root, id, 'tags')) },
          })),
      )
    },

    async *runs(experiment) {
      const place = join(root, experiment)
      const metas: { place: string; meta: Json }[] = []
      for (const each of await folders(place)) {
        const own = await meta(join(place, each))
        if (own?.run_id === undefined && own?.run_uuid === undefined) continue
        if (own.lifecycle_stage === 'deleted') continue
        metas.push({ place: join(place, each), meta: own })
      }
      metas.sort((a, b) => Number(a.meta.start_time ?? 0) - Number(b.meta.start_time ?? 0))
      for (let start = 0; start < metas.length; start += page) {
        const runs: StoredRun[] = []
        // One after the other, as each opens a file for each of its params.
        for (const each of metas.slice(start, start + page)) {
          runs.push(await readRun(each.place, each.meta))
        }
        yield runs
      }
    },

    async *history(run, key) {
      const file = join(runPlaces.get(run) ?? '', 'metrics', key)
      let points: StoredPoint[] = []
      // MLflow writes a point again when a model is logged with it; its databases keep it once.
      const seen = new Set<string>()
      for await (const line of createInterface({ input: createReadStream(file) })) {
        const [timestamp = '', value = '', step = '0'] = line.trim().split(' ')
        const point = `${timestamp} ${value} ${step}`
        if (timestamp === '' || seen.has(point)) continue
        seen.add(point)
        points.push({
          key,
          value: doubleOf(value),
          timestamp: Number(timestamp),
          step: Number(step),
        })
        if (points.length < 20_000) continue
        yield points
        points = []
      }
      yield points
    },

    async registeredModels() {
      const place = join(root, 'models')
      const found: Json[] = []
      for (const name of await folders(place)) {
        const own = await meta(join(place, name))
        if (!own) continue
        const aliases = await texts(join(place, name, 'aliases'))
        found.push({
          name: String(own.name ?? name),
          ...(typeof own.description === 'string' ? { description: own.description } : {}),
          tags: pairsOfTexts(await texts(join(place, name, 'tags'))),
          aliases: Object.entries(aliases).map(([alias, version]) => ({
            ...{ alias, version: version.trim() },
          })),
        })
      }
      return found
    },

    async versions(model) {
      const place = join(root, 'models', model)
      const found: Json[] = []
      for (const each of await folders(place)) {
        const own = each.startsWith('version-') ? await meta(join(place, each)) : undefined
        if (!own || own.current_stage === 'Deleted_Internal') continue
        const { run_id: run, description } = own
        found.push({
          name: model,
          version: String(own.version),
          source: String(own.source ?? ''),
          current_stage: String(own.current_stage ?? 'None'),
          tags: pairsOfTexts(await texts(join(place, each, 'tags'))),
          ...(typeof run === 'string' && run !== '' ? { run_id: run } : {}),
          ...(typeof description === 'string' ? { description } : {}),
        })
      }
      return found
    },

    close: () => Promise.resolve(),
  }
}
