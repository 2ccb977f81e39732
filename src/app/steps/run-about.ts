import { measured, type LoggedModel, type Run, type RunAbout } from '#contract'
import type { LoggedModel as StoredModel, ModelMetric } from '#tracking'
import { found } from '../found.ts'
import type { Rooms } from '../rooms.ts'
import { datasetRecord } from './datasets-of-run.ts'
import { modelPathsOf } from './model-of-run.ts'
import { rerunTag } from './mlflow-rerun.ts'

/** Where MLflow's clients, and ours, say which run a run belongs under. */
const parentTag = 'mlflow.parentRunId'

const mostChildren = 200
const mostReruns = 50

/** What stands around a run: data sets, models, versions, files, and the runs above and below it. */
export async function runAbout(rooms: Rooms, id: string): Promise<RunAbout> {
  const { tracking, registry } = rooms
  const run = await tracking.run(id)
  const [inputs, versions, files, children, parent, original, reruns] = await Promise.all([
    tracking.inputsOf([id]),
    registry.versionsOfRun(id),
    tracking.artifacts(id),
    tracking.search({
      experiments: [run.experimentId],
      filter: `tags.\`${parentTag}\` = '${id}'`,
      limit: mostChildren,
    }),
    runOrNone(rooms, run.tags[parentTag]),
    runOrNone(rooms, run.tags[rerunTag]),
    tracking.search({ filter: `tags.\`${rerunTag}\` = '${id}'`, limit: mostReruns }),
  ])
  const { datasets = [], models = [], outputs = [] } = inputs.get(id) ?? {}
  const [made, read] = await Promise.all([
    loggedModelsOf(
      rooms,
      outputs.map((each) => each.model),
    ),
    loggedModelsOf(rooms, models),
  ])
  return {
    datasets: datasets.map(datasetRecord),
    made,
    read,
    versions: versions.map(({ model, version, aliases }) => ({ model, version, aliases })),
    ...(parent === undefined ? {} : { parent: nameOf(parent) }),
    children: children.items.map(nameOf),
    ...(original === undefined ? {} : { rerunOf: nameOf(original) }),
    reruns: reruns.items.map(nameOf),
    files: files.length,
    models: modelPathsOf(files),
  }
}

/** A logged model with its experiment by name. */
export function loggedModelRecord(model: StoredModel, experiment: string): LoggedModel {
  const { experiment: experimentId, message: _, metrics, ...rest } = model
  return {
    ...rest,
    experiment,
    experimentId,
    params: { ...rest.params },
    tags: { ...rest.tags },
    metrics: metrics.map(modelPoint),
  }
}

/** Where it was measured on no data set, none is said. */
export function modelPoint({
  datasetName,
  datasetDigest,
  ...point
}: ModelMetric): LoggedModel['metrics'][number] {
  return {
    ...point,
    value: measured(point.value),
    ...(datasetName === '' ? {} : { dataset: datasetName }),
    ...(datasetDigest === '' ? {} : { datasetDigest }),
  }
}

async function loggedModelsOf(rooms: Rooms, ids: readonly string[]): Promise<LoggedModel[]> {
  const models = await Promise.all(
    [...new Set(ids)].map((id) => found(rooms.tracking.loggedModel(id))),
  )
  return Promise.all(
    models
      .filter((model) => model !== undefined)
      .map(async (model) => {
        const experiment = await rooms.tracking.experiment(model.experiment)
        return loggedModelRecord(model, experiment.name)
      }),
  )
}

async function runOrNone(rooms: Rooms, id: string | undefined): Promise<Run | undefined> {
  return id === undefined ? undefined : found(rooms.tracking.run(id))
}

function nameOf({ id, name, status, startedAt, endedAt }: Run) {
  return { id, name, status, startedAt, ...(endedAt === undefined ? {} : { endedAt }) }
}
