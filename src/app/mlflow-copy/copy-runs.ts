import {
  addressOf,
  butForModels,
  copiedFrom,
  copiedWhole,
  copyFiles,
  inParts,
  isForbidden,
  isLoginRefused,
  kept,
  markRun,
  ownPairsOf,
  pairsOf,
  rootOf,
  tagOf,
  withModels,
  type Copying,
  type RunModels,
} from './copied.ts'
import type { Json } from '../json.ts'
import { orHidden, orMissing } from './mlflow-server.ts'

interface RunJson {
  readonly info: {
    readonly run_id: string
    readonly run_name?: string
    readonly user_id?: string
    readonly status: string
    readonly start_time?: number
    readonly end_time?: number
    readonly artifact_uri: string
    readonly lifecycle_stage?: string
  }
  readonly data?: { readonly metrics?: unknown; readonly params?: unknown; readonly tags?: unknown }
  readonly inputs?: {
    readonly dataset_inputs?: readonly Json[]
    readonly model_inputs?: RunModels['inputs']
  }
  readonly outputs?: { readonly model_outputs?: RunModels['outputs'] }
}

/** Copies an experiment with its runs; answers the identifier of the copy, or none where the servers allow none. */
export async function copyExperiment(
  copying: Copying,
  experiment: Json,
): Promise<string | undefined> {
  let target: string | undefined
  const work = async (): Promise<void> => {
    target = await experimentOf(copying, experiment)
    await copyRuns(copying, String(experiment.experiment_id), target)
  }
  const name = `experiment ${String(experiment.name)}`
  const isBrought = await kept(copying, name, work, (error) => !isForbidden(error))
  return isBrought ? target : undefined
}

async function copyRuns(copying: Copying, source: string, target: string): Promise<void> {
  const { from, report } = copying
  report.experiments++
  const copies = await copiesIn(copying, target)
  const asked = { experiment_ids: [source], max_results: 200, order_by: ['start_time ASC'] }
  for await (const page of from.pages('runs/search', asked, 'runs')) {
    for (const run of page as unknown as readonly RunJson[]) {
      const { run_id: id } = run.info
      await goOn(copying, run, target, copies.get(id) ?? (await movedCopy(copying, id)))
      if (report.runs % 50 === 0) copying.onProgress(`${report.runs} runs`)
    }
  }
  copying.onProgress(`${report.experiments} experiments, ${report.runs} runs`)
}

/** Copies what an earlier copy did not. */
async function goOn(
  copying: Copying,
  run: RunJson,
  target: string,
  copy: RunCopy | undefined,
): Promise<void> {
  const { to, runs, links, notBrought, report } = copying
  const { run_id: id, status } = run.info
  if (copy && !copy.isRemoved) runs.set(id, copy.id)
  // What was removed after it had come stays removed.
  if (copy?.isRemoved || copy?.mark === withModels) {
    report.before++
    return
  }
  const isUnderWay = status === 'RUNNING' || status === 'SCHEDULED'
  const work = async (): Promise<void> => {
    const models = await modelsOf(copying, run)
    const own = copy?.mark === butForModels ? copy.id : await copyRun(copying, run, target)
    if (copy?.mark === butForModels) report.before++
    else report.runs++
    if (models) links.push({ run: id, models, made: copy?.made ?? [], isUnderWay })
    // One that is still under way gets the rest with the next copy.
    if (!isUnderWay) await markRun(copying, own, models ? butForModels : withModels)
  }
  // Where one run may not be made, no other of the experiment may be.
  const isForMore = (error: unknown): boolean =>
    isLoginRefused(error) || (!copy && isForbidden(error) && error.address.startsWith(to.url))
  if (!(await kept(copying, `run ${id}`, work, isForMore))) notBrought.add(id)
}

async function experimentOf({ to }: Copying, experiment: Json): Promise<string> {
  const name = String(experiment.name)
  const found = await orMissing(to.get('experiments/get-by-name', { experiment_name: name }))
  if (found) return String((found.experiment as Json).experiment_id)
  const made = await to.send('POST', 'experiments/create', {
    name,
    tags: experiment.tags ?? [],
    // MLflow's server gives an identifier of its own; this one keeps the old where it is free.
    experiment_id: experiment.experiment_id,
  })
  return String(made.experiment_id)
}

interface RunCopy {
  readonly id: string
  readonly mark: string | undefined
  readonly isRemoved: boolean
  readonly made: RunModels['outputs']
}

/** What an earlier copy left in an experiment, by what it is of. */
async function copiesIn({ to }: Copying, experiment: string): Promise<Map<string, RunCopy>> {
  const found = new Map<string, RunCopy>()
  const filter = `tags.\`${copiedFrom}\` LIKE '%'`
  const all = { experiment_ids: [experiment], max_results: 1000, run_view_type: 'ALL' }
  for await (const page of to.pages('runs/search', { ...all, filter }, 'runs')) {
    for (const run of page as unknown as readonly RunJson[]) {
      found.set(tagOf(run.data?.tags, copiedFrom) ?? '', copyOf(run))
    }
  }
  return found
}

/** A copy that kept its identifier and is in another experiment since. */
async function movedCopy({ to }: Copying, id: string): Promise<RunCopy | undefined> {
  const found = await orHidden(to.get('runs/get', { run_id: id }))
  const run = found?.run as RunJson | undefined
  return run && tagOf(run.data?.tags, copiedFrom) === id ? copyOf(run) : undefined
}

function copyOf({ info, data, outputs }: RunJson): RunCopy {
  return {
    id: info.run_id,
    mark: tagOf(data?.tags, copiedWhole),
    isRemoved: info.lifecycle_stage === 'deleted',
    made: outputs?.model_outputs ?? [],
  }
}

async function copyRun(copying: Copying, run: RunJson, experiment: string): Promise<string> {
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
  return id
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

/** The logged models it read and made, if any. */
async function modelsOf({ from }: Copying, run: RunJson): Promise<RunModels | undefined> {
  // MLflow's server tells what a run read only where it is asked for one.
  const isTold = run.inputs?.model_inputs !== undefined
  const { inputs, outputs } = isTold
    ? run
    : ((await from.get('runs/get', { run_id: run.info.run_id })).run as RunJson)
  const { model_inputs: read = [] } = inputs ?? {}
  const { model_outputs: made = [] } = outputs ?? {}
  return read.length + made.length === 0 ? undefined : { inputs: read, outputs: made }
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
