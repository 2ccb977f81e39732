import type { Run } from '#contract'
import type { PackedRun, RunInputs, Series } from '#tracking'
import { doubleOf, pairs } from './wire.ts'

/** Where a run's files are for its clients; `root` is its experiment's, when that is not here. */
export function artifactRootOf(experiment: string, run: string, root: string | undefined): string {
  return `${root ?? `mlflow-artifacts:/${experiment}`}/${run}/artifacts`
}

type Info = Omit<Run, 'experiment' | 'params' | 'metrics' | 'tags' | 'source'>

export function runInfoWire(run: Info, artifactRoot?: string): object {
  return {
    run_id: run.id,
    run_uuid: run.id,
    run_name: run.name,
    experiment_id: run.experimentId,
    user_id: run.user,
    status: run.status.toUpperCase(),
    start_time: run.startedAt,
    ...(run.endedAt === undefined ? {} : { end_time: run.endedAt }),
    artifact_uri: artifactRootOf(run.experimentId, run.id, artifactRoot),
    lifecycle_stage: run.removedAt === undefined ? 'active' : 'deleted',
  }
}

/** A run as JSON text, its info as `runInfoWire` has it; its params, tags and metrics are in that form already. */
export function runText(
  { row, params, tags, metrics, artifactRoot }: PackedRun,
  inputs: RunInputs | undefined,
): string {
  const id = JSON.stringify(row.id)
  const end = row.ended_at === null ? '' : `"end_time":${row.ended_at},`
  const uri = artifactRootOf(row.experiment, row.id, artifactRoot)
  return (
    `{"info":{"run_id":${id},"run_uuid":${id},"run_name":${JSON.stringify(row.name)},` +
    `"experiment_id":${JSON.stringify(row.experiment)},"user_id":${JSON.stringify(row.user_name)},` +
    `"status":"${row.status.toUpperCase()}","start_time":${row.started_at},${end}` +
    `"artifact_uri":${JSON.stringify(uri)},` +
    `"lifecycle_stage":"${row.removed_at === null ? 'active' : 'deleted'}"},` +
    `"data":{"metrics":${metrics},"params":${params},"tags":${tags}},` +
    `${inputsText(inputs)}}`
  )
}

function inputsText(inputs: RunInputs | undefined): string {
  if (!inputs) {
    return '"inputs":{"dataset_inputs":[],"model_inputs":[]},"outputs":{"model_outputs":[]}'
  }
  const datasets = inputs.datasets.map(({ tags, sourceType, ...dataset }) => ({
    tags: pairs(tags),
    dataset: { ...dataset, source_type: sourceType },
  }))
  const models = inputs.models.map((model) => ({ model_id: model }))
  const outputs = inputs.outputs.map(({ model, step }) => ({ model_id: model, step }))
  const read = JSON.stringify({ dataset_inputs: datasets, model_inputs: models })
  return `"inputs":${read},"outputs":${JSON.stringify({ model_outputs: outputs })}`
}

function doubleText(value: number): string {
  return Number.isFinite(value) ? String(value) : `"${doubleOf(value)}"`
}

/** The points of a history as JSON text, without the brackets of the list. */
export function seriesText(key: string, { steps, times, values }: Series, run?: string): string {
  const name = JSON.stringify(key)
  const tail = run === undefined ? '}' : `,"run_id":${JSON.stringify(run)}}`
  let text = ''
  for (let i = 0; i < steps.length; i++) {
    const value = doubleText(values[i] ?? 0)
    text += `${i === 0 ? '' : ','}{"key":${name},"value":${value},"timestamp":${times[i]},"step":${steps[i]}${tail}`
  }
  return text
}
