import { createReadStream, existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parse } from 'yaml'
import { TidemillError } from '#contract'
import type { Json } from '../mlflow-server.ts'
import { folderTraces } from './folder-traces.ts'
import {
  pairsOfTexts,
  type MlflowStore,
  type StoredModel,
  type StoredPoint,
  type StoredRun,
  type Texts,
} from './mlflow-store.ts'
import { ifThere } from './stored-files.ts'

const states = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']
const modelStates = [
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const
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
    const [params, tags, metrics, datasets] = await Promise.all([
      texts(join(place, 'params')),
      texts(join(place, 'tags')),
      names(join(place, 'metrics')),
      readInputs(place),
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
      ...{ params, tags, metrics, datasets },
      files: { folder: join(place, 'artifacts') },
      ...(typeof name === 'string' ? { name } : {}),
      ...(typeof user === 'string' ? { user } : {}),
      ...(typeof start === 'number' ? { start } : {}),
      ...(typeof end === 'number' ? { end } : {}),
    }
  }

  /** What a run read: a link of its own to a data set of the experiment. */
  async function readInputs(place: string): Promise<readonly Json[]> {
    const found: Json[] = []
    for (const each of await folders(join(place, 'inputs'))) {
      const link = await meta(join(place, 'inputs', each))
      if (link?.source_type !== 'DATASET') continue
      const dataset = await meta(join(place, '..', 'datasets', String(link.source_id)))
      if (dataset) found.push({ dataset, tags: pairsOfTexts((link.tags ?? {}) as Texts) })
    }
    return found
  }

  return {
    name: root,
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
          value: valueOf(value),
          timestamp: Number(timestamp),
          step: Number(step),
        })
        if (points.length < 20_000) continue
        yield points
        points = []
      }
      yield points
    },

    async loggedModels(experiment) {
      const place = join(root, experiment, 'models')
      const found: StoredModel[] = []
      for (const id of await folders(place)) {
        const own = await meta(join(place, id))
        if (!own || own.lifecycle_stage === 'deleted') continue
        found.push({
          id,
          status: modelStates[Number(own.status)] ?? 'LOGGED_MODEL_READY',
          params: await texts(join(place, id, 'params')),
          tags: await texts(join(place, id, 'tags')),
          files: { folder: join(place, id, 'artifacts') },
          ...(typeof own.name === 'string' ? { name: own.name } : {}),
          ...(typeof own.model_type === 'string' ? { type: own.model_type } : {}),
          ...(typeof own.source_run_id === 'string' ? { run: own.source_run_id } : {}),
        })
      }
      return found
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

async function folders(place: string): Promise<readonly string[]> {
  const entries = (await ifThere(readdir(place, { withFileTypes: true }))) ?? []
  return entries.flatMap((entry) =>
    entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [],
  )
}

async function meta(place: string): Promise<Json | undefined> {
  const text = await ifThere(readFile(join(place, 'meta.yaml'), 'utf8'))
  if (text === undefined) return undefined
  const value: unknown = parse(text)
  return typeof value === 'object' && value !== null ? (value as Json) : undefined
}

/** Keys are paths: one with a slash is a file in a folder. */
async function names(place: string): Promise<readonly string[]> {
  const entries = (await ifThere(readdir(place, { withFileTypes: true, recursive: true }))) ?? []
  return entries.flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name).slice(place.length + 1)] : [],
  )
}

async function texts(place: string): Promise<Texts> {
  const keys = await names(place)
  return Object.fromEntries(
    await Promise.all(keys.map(async (key) => [key, await readFile(join(place, key), 'utf8')])),
  ) as Texts
}

/** As Python writes doubles. */
function valueOf(text: string): number | string {
  const special: Readonly<Record<string, string>> = {
    nan: 'NaN',
    inf: 'Infinity',
    '-inf': '-Infinity',
  }
  return special[text.toLowerCase()] ?? Number(text)
}
