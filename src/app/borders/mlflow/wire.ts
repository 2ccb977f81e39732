import type { Model, ModelVersion } from '#contract'
import type { ExperimentRecord, LoggedModel, MetricPoint } from '#tracking'
import type { Input } from './input.ts'
import { longest, shortText, tagKey } from './limits.ts'

/** Keys and values as MLflow lists them. */
export function pairs(
  texts: Readonly<Record<string, string>>,
): readonly { readonly key: string; readonly value: string }[] {
  return Object.entries(texts).map(([key, value]) => ({ key, value }))
}

/** A list of keys and values, the last of each key; values at most so long. */
export function textsOf(
  list: readonly Input[],
  most: number = longest.registryTag,
  keyOf = tagKey,
): Record<string, string> {
  return Object.fromEntries(list.map((each) => [keyOf(each), shortText(each, 'value', most) ?? '']))
}

export function doubleOf(value: number): number | string {
  return Number.isFinite(value) ? value : String(value)
}

export function experimentWire(experiment: ExperimentRecord): object {
  const { id, name, tags, createdAt, updatedAt, removedAt, artifactRoot } = experiment
  return {
    experiment_id: id,
    name,
    artifact_location: artifactRoot ?? `mlflow-artifacts:/${id}`,
    lifecycle_stage: removedAt === undefined ? 'active' : 'deleted',
    creation_time: createdAt,
    last_update_time: updatedAt,
    tags: pairs(tags),
  }
}

export function metricWire({ key, value, step, time }: MetricPoint): object {
  return { key, value: doubleOf(value), timestamp: time, step }
}

const modelStates = {
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const

export function loggedModelRoot({ id, experiment }: LoggedModel): string {
  return `mlflow-artifacts:/${experiment}/models/${id}/artifacts`
}

export function loggedModelWire(model: LoggedModel): object {
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experiment,
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: loggedModelRoot(model),
      status: modelStates[model.status],
      ...(model.type === '' ? {} : { model_type: model.type }),
      ...(model.run === undefined ? {} : { source_run_id: model.run }),
      ...(model.message === '' ? {} : { status_message: model.message }),
      tags: pairs(model.tags),
    },
    data: {
      params: pairs(model.params),
      metrics: model.metrics.map((metric) => ({
        key: metric.key,
        value: doubleOf(metric.value),
        timestamp: metric.time,
        step: metric.step,
        model_id: model.id,
        run_id: metric.run,
        ...(metric.datasetName === '' ? {} : { dataset_name: metric.datasetName }),
        ...(metric.datasetDigest === '' ? {} : { dataset_digest: metric.datasetDigest }),
      })),
    },
  }
}

/** What MLflow's own server says of a version without files, which is a prompt. */
const noSource = 'prompt-template'

export function versionWire(version: ModelVersion): object {
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.createdAt,
    last_updated_timestamp: version.updatedAt,
    user_id: version.createdBy,
    current_stage: version.stage,
    description: version.description,
    source: version.uri ?? noSource,
    ...(version.run === undefined ? {} : { run_id: version.run }),
    status: 'READY',
    tags: pairs(version.tags),
    aliases: version.aliases,
  }
}

export function modelWire(model: Model, latest: readonly ModelVersion[]): object {
  return {
    name: model.name,
    creation_timestamp: model.createdAt,
    last_updated_timestamp: model.updatedAt,
    description: model.description,
    latest_versions: latest.map(versionWire),
    tags: pairs(model.tags),
    aliases: Object.entries(model.aliases).map(([alias, version]) => ({
      alias,
      version: String(version),
    })),
  }
}
