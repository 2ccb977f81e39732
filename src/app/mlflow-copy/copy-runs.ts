import {
  addressOf,
  copiedFrom,
  copiedWhole,
  copyFiles,
  kept,
  ownPairsOf,
  pairsOf,
  tagOf,
  type Copying,
} from './copied.ts'
import { copyTraces } from './copy-traces.ts'
import { orMissing, type Json } from './mlflow-server.ts'

interface RunJson {
  readonly info: {
    readonly run_id: string
    readonly run_name?: string
    readonly user_id?: string
    readonly status: string
    readonly start_time?: number
    readonly end_time?: number
    readonly artifact_uri: string
  }
  readonly data?: { readonly metrics?: unknown; readonly params?: unknown; readonly tags?: unknown }
  readonly inputs?: { readonly dataset_inputs?: readonly Json[] }
}

interface LoggedModelJson {
  readonly info: {
    readonly model_id: string
    readonly name?: string
    readonly model_type?: string
    readonly source_run_id?: string
    readonly status: string
    readonly tags?: unknown
    readonly artifact_uri?: string
  }
  readonly data?: { readonly params?: unknown }
}

/** Copies an experiment with its runs and logged models. */
export async function copyExperiment(copying: Copying, experiment: Json): Promise<void> {
  const { from, report } = copying
  const source = String(experiment.experiment_id)
  const target = await experimentOf(copying, experiment)
  report.experiments++
  const copies = await copiesIn(copying, target)
  const asked = { experiment_ids: [source], max_results: 200, order_by: ['start_time ASC'] }
  for await (const page of from.pages('runs/search', asked, 'runs')) {
    for (const run of page as unknown as readonly RunJson[]) {
      const { run_id: id } = run.info
      const copy = copies.get(id)
      if (copy) copying.runs.set(id, copy.id)
      if (copy?.whole) {
        report.before++
        continue
      }
      await kept(copying, `run ${id}`, async () => {
        await copyRun(copying, run, target)
        report.runs++
      })
      if (report.runs % 50 === 0) copying.onProgress(`${report.runs} runs`)
    }
  }
  copying.onProgress(`${report.experiments} experiments, ${report.runs} runs`)
  const copied = await modelCopiesIn(copying, target)
  const models = { experiment_ids: [source], max_results: 50 }
  for await (const page of from.pages('logged-models/search', models, 'models')) {
    for (const model of page as unknown as readonly LoggedModelJson[]) {
      const { model_id: id } = model.info
      const copy = copied.get(id)
      if (copy !== undefined) {
        copying.loggedModels.set(id, copy)
        report.before++
        continue
      }
      await kept(copying, `logged model ${id}`, () => copyLoggedModel(copying, model, target))
    }
  }
  await copyTraces(copying, source, target)
}

async function experimentOf({ to }: Copying, experiment: Json): Promise<string> {
  const name = String(experiment.name)
  const found = await orMissing(to.get('experiments/get-by-name', { experiment_name: name }))
  if (found) return String((found.experiment as Json).experiment_id)
  const made = await to.send('POST', 'experiments/create', { name, tags: experiment.tags ?? [] })
  return String(made.experiment_id)
}

/** What an earlier copy left in an experiment, by what it is of. */
async function copiesIn(
  { to }: Copying,
  experiment: string,
): Promise<Map<string, { readonly id: string; readonly whole: boolean }>> {
  const found = new Map<string, { id: string; whole: boolean }>()
  const filter = `tags.\`${copiedFrom}\` LIKE '%'`
  const asked = { experiment_ids: [experiment], max_results: 1000, filter }
  for await (const page of to.pages('runs/search', asked, 'runs')) {
    for (const { info, data } of page as unknown as readonly RunJson[]) {
      const of = tagOf(data?.tags, copiedFrom) ?? ''
      found.set(of, { id: info.run_id, whole: tagOf(data?.tags, copiedWhole) === 'true' })
    }
  }
  return found
}

async function modelCopiesIn({ to }: Copying, experiment: string): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  const asked = { experiment_ids: [experiment], max_results: 50 }
  for await (const page of to.pages('logged-models/search', asked, 'models')) {
    for (const { info } of page as unknown as readonly LoggedModelJson[]) {
      const of = tagOf(info.tags, copiedFrom)
      if (of !== undefined && info.status === 'LOGGED_MODEL_READY') found.set(of, info.model_id)
    }
  }
  return found
}

async function copyRun(copying: Copying, run: RunJson, experiment: string): Promise<void> {
  const { from, to, runs } = copying
  const { info, data = {}, inputs } = run
  const id = runs.get(info.run_id) ?? (await createRun(copying, run, experiment))
  runs.set(info.run_id, id)
  const log = (body: Json): Promise<Json> =>
    to.send('POST', 'runs/log-batch', { run_id: id, ...body })
  for (const params of inParts(pairsOf(data.params), 100)) await log({ params })
  for (const tags of inParts(mapped(copying, ownPairsOf(data.tags)), 100)) await log({ tags })
  for (const { key } of pairsOf(data.metrics)) await copyHistory(copying, info.run_id, id, key)
  const datasets = inputs?.dataset_inputs ?? []
  if (datasets.length > 0) await to.send('POST', 'runs/log-inputs', { run_id: id, datasets })
  const there = (await to.get('runs/get', { run_id: id })).run as RunJson
  const root = rootOf(there.info.artifact_uri)
  await copyFiles(copying, {
    list: async (path) => (await from.get('artifacts/list', { run_id: info.run_id, path })).files,
    read: (path) => `/get-artifact?run_id=${info.run_id}&path=${encodeURIComponent(path)}`,
    write: (path) => `${root}/${addressOf(path)}`,
  })
  await to.send('POST', 'runs/update', {
    run_id: id,
    status: info.status,
    ...(info.end_time === undefined ? {} : { end_time: info.end_time }),
  })
  await log({ tags: [{ key: copiedWhole, value: 'true' }] })
}

async function createRun({ to }: Copying, { info }: RunJson, experiment: string): Promise<string> {
  const { run_id: id, run_name: name, user_id: user, start_time: start } = info
  const made = await to.send('POST', 'runs/create', {
    // MLflow's server gives an identifier of its own; this one keeps the old where it is free.
    run_id: id,
    experiment_id: experiment,
    ...(name === undefined ? {} : { run_name: name }),
    ...(user === undefined ? {} : { user_id: user }),
    ...(start === undefined ? {} : { start_time: start }),
    tags: [{ key: copiedFrom, value: id }],
  })
  return (made.run as RunJson).info.run_id
}

/** Tags that name another run name its copy. */
function mapped({ runs }: Copying, tags: ReturnType<typeof pairsOf>): ReturnType<typeof pairsOf> {
  return tags.map(({ key, value }) => ({
    key,
    value: key === 'mlflow.parentRunId' ? (runs.get(value) ?? value) : value,
  }))
}

async function copyHistory(
  copying: Copying,
  source: string,
  run: string,
  key: string,
): Promise<void> {
  const { from, to, report } = copying
  const asked = { run_id: source, metric_key: key, max_results: '20000' }
  for await (const points of from.pages('metrics/get-history', asked, 'metrics', 'GET')) {
    for (const metrics of inParts(points, 1000)) {
      await to.send('POST', 'runs/log-batch', { run_id: run, metrics })
      report.points += metrics.length
    }
  }
}

async function copyLoggedModel(
  copying: Copying,
  { info, data = {} }: LoggedModelJson,
  experiment: string,
): Promise<void> {
  const { from, to, runs, report } = copying
  const { name, model_type: type, source_run_id: run } = info
  const params = pairsOf(data.params)
  const made = await to.send('POST', 'logged-models', {
    experiment_id: experiment,
    params: params.slice(0, 100),
    tags: [...ownPairsOf(info.tags), { key: copiedFrom, value: info.model_id }],
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { model_type: type }),
    ...(run === undefined ? {} : { source_run_id: runs.get(run) ?? run }),
  })
  const model = (made.model as LoggedModelJson).info
  for (const more of inParts(params.slice(100), 100)) {
    await to.send('POST', `logged-models/${model.model_id}/params`, { params: more })
  }
  const root = rootOf(model.artifact_uri ?? '')
  await copyFiles(copying, {
    list: async (path) =>
      (
        await from.get(`logged-models/${info.model_id}/artifacts/directories`, {
          artifact_directory_path: path,
        })
      ).files,
    read: (path) =>
      `/ajax-api/2.0/mlflow/logged-models/${info.model_id}/artifacts/files?artifact_file_path=${encodeURIComponent(path)}`,
    write: (path) => `${root}/${addressOf(path)}`,
  })
  if (info.status !== 'LOGGED_MODEL_PENDING') {
    await to.send('PATCH', `logged-models/${model.model_id}`, {
      model_id: model.model_id,
      status: info.status,
    })
  }
  const copiedRun = run === undefined ? undefined : runs.get(run)
  if (copiedRun !== undefined) {
    const models = [{ model_id: model.model_id, step: 0 }]
    await to.send('POST', 'runs/outputs', { run_id: copiedRun, models })
  }
  copying.loggedModels.set(info.model_id, model.model_id)
  report.loggedModels++
}

/** Where the files of an address of the target are written. */
function rootOf(uri: string): string {
  const path = /^mlflow-artifacts:\/+(.*)$/.exec(uri)?.[1]
  if (path === undefined) {
    throw new Error(`its files would go to ${uri}, which is not behind the target's own server`)
  }
  return `/api/2.0/mlflow-artifacts/artifacts/${addressOf(path)}`
}

function inParts<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  )
}
