import {
  addressOf,
  copiedFrom,
  copiedWhole,
  copyFiles,
  inParts,
  kept,
  markRun,
  ownPairsOf,
  pairsOf,
  rootOf,
  tagOf,
  withModels,
  type Copying,
  type RunLinks,
  type RunModels,
} from './copied.ts'
import { copyModelPoints, type ModelPointJson } from './copy-model-points.ts'
import type { Json } from '../json.ts'
import { orHidden } from './mlflow-server.ts'

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
  readonly data?: { readonly params?: unknown; readonly metrics?: readonly ModelPointJson[] }
}

const pending = 'LOGGED_MODEL_PENDING'
/** The mark of a model that is whole; before it was, copies of this program's servers had the newest points alone. */
const withPoints = 'with points'

/** Copies the logged models of an experiment, or what earlier copies of them did not. */
export async function copyLoggedModels(
  copying: Copying,
  source: string,
  target: string,
): Promise<void> {
  const copies = await copiesIn(copying, target)
  for await (const page of modelsIn(copying.from, source)) {
    for (const model of page) {
      const { model_id: id } = model.info
      const copy = copies.get(id) ?? (await movedCopy(copying, id))
      if (copy) copying.loggedModels.set(id, copy.info.model_id)
      if (tagOf(copy?.info.tags, copiedWhole) === withPoints) {
        copying.report.before++
        continue
      }
      const isBrought = await kept(copying, `logged model ${id}`, () =>
        copyModel(copying, model, target, copy),
      )
      if (!isBrought) copying.notBrought.add(id)
    }
  }
}

async function* modelsIn(
  server: Copying['from'],
  experiment: string,
): AsyncGenerator<readonly LoggedModelJson[]> {
  const asked = { experiment_ids: [experiment], max_results: 50 }
  for await (const page of server.pages('logged-models/search', asked, 'models')) {
    yield page as unknown as readonly LoggedModelJson[]
  }
}

/** What earlier copies left in an experiment, in whatever state, by what it is of. */
async function copiesIn(
  { to }: Copying,
  experiment: string,
): Promise<ReadonlyMap<string, LoggedModelJson>> {
  const found = new Map<string, LoggedModelJson>()
  for await (const page of modelsIn(to, experiment)) {
    for (const model of page) {
      const of = tagOf(model.info.tags, copiedFrom)
      if (of !== undefined) found.set(of, model)
    }
  }
  return found
}

/** A copy that kept its identifier and is in another experiment since, with its run. */
async function movedCopy({ to }: Copying, id: string): Promise<LoggedModelJson | undefined> {
  const found = await orHidden(to.get(`logged-models/${id}`))
  const model = found?.model as LoggedModelJson | undefined
  return tagOf(model?.info.tags, copiedFrom) === id ? model : undefined
}

async function copyModel(
  copying: Copying,
  model: LoggedModelJson,
  experiment: string,
  before: LoggedModelJson | undefined,
): Promise<void> {
  const { to, loggedModels, report } = copying
  const { info, data = {} } = model
  const copy = before ?? (await createModel(copying, model, experiment))
  const { model_id: id } = copy.info
  loggedModels.set(info.model_id, id)
  const there = new Set(pairsOf(copy.data?.params).map(({ key }) => key))
  const params = pairsOf(data.params).filter(({ key }) => !there.has(key))
  for (const more of inParts(params, 100)) {
    await to.send('POST', `logged-models/${id}/params`, { params: more })
  }
  if (copy.info.status === pending) {
    await copyModelFiles(copying, info.model_id, rootOf(copy.info.artifact_uri ?? ''))
    if (info.status !== pending) {
      await to.send('PATCH', `logged-models/${id}`, { model_id: id, status: info.status })
    }
  }
  await copyModelPoints(copying, model.info.model_id, data.metrics ?? [], id)
  // One that is still under way gets the rest with the next copy.
  if (info.status !== pending) {
    const tags = [{ key: copiedWhole, value: withPoints }]
    await to.send('PATCH', `logged-models/${id}/tags`, { tags })
  }
  report.loggedModels++
}

async function createModel(
  { to, runs }: Copying,
  { info, data = {} }: LoggedModelJson,
  experiment: string,
): Promise<LoggedModelJson> {
  const { model_id: id, name, model_type: type, source_run_id: run } = info
  const made = await to.send('POST', 'logged-models', {
    experiment_id: experiment,
    // MLflow's server gives an identifier of its own; this one keeps the old where it is free.
    model_id: id,
    params: pairsOf(data.params).slice(0, 100),
    tags: [...ownPairsOf(info.tags), { key: copiedFrom, value: id }],
    ...(name === undefined ? {} : { name }),
    ...(type === undefined ? {} : { model_type: type }),
    ...(run === undefined ? {} : { source_run_id: runs.get(run) ?? run }),
  })
  return made.model as LoggedModelJson
}

async function copyModelFiles(copying: Copying, source: string, root: string): Promise<void> {
  const { from } = copying
  const [folders, files] = [
    `logged-models/${source}/artifacts/directories`,
    `/ajax-api/2.0/mlflow/logged-models/${source}/artifacts/files`,
  ]
  await copyFiles(copying, {
    list: async (path) => (await from.get(folders, { artifact_directory_path: path })).files,
    read: (path) => `${files}?artifact_file_path=${encodeURIComponent(path)}`,
    write: (path) => `${root}/${addressOf(path)}`,
  })
}

/** Says which logged models runs read and made; what is said of a copy already is not said again. */
export async function linkModels(copying: Copying): Promise<void> {
  for (const links of copying.links) {
    await kept(copying, `logged models of run ${links.run}`, () => linkRun(copying, links))
  }
}

async function linkRun(
  copying: Copying,
  { run: source, models, made, isUnderWay }: RunLinks,
): Promise<void> {
  const { to, runs, loggedModels, notBrought } = copying
  const run = runs.get(source)
  if (run === undefined) return
  const missing = [...models.inputs, ...models.outputs].find(
    ({ model_id: id }) => notBrought.has(id) && !loggedModels.has(id),
  )
  if (missing) throw new Error(`its logged model ${missing.model_id} could not be brought`)
  const inputs = copiesOf(models.inputs, loggedModels)
  if (inputs.length > 0) {
    await to.send('POST', 'runs/log-inputs', { run_id: run, datasets: [], models: inputs })
  }
  const before = new Set(made.map(nameOf))
  const outputs = copiesOf(models.outputs, loggedModels).filter((each) => !before.has(nameOf(each)))
  if (outputs.length > 0) await to.send('POST', 'runs/outputs', { run_id: run, models: outputs })
  if (!isUnderWay) await markRun(copying, run, withModels)
}

function nameOf({ model_id: model, step = 0 }: RunModels['outputs'][number]): string {
  return `${model} ${step}`
}

/** Hidden ones stay behind. */
function copiesOf<T extends Json & { readonly model_id: string }>(
  models: readonly T[],
  copies: ReadonlyMap<string, string>,
): readonly T[] {
  return models.flatMap((each) => {
    const copy = copies.get(each.model_id)
    return copy === undefined ? [] : [{ ...each, model_id: copy }]
  })
}
