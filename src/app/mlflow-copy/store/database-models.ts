import type { MlflowStore, StoredModel, StoredModelPoint, Texts } from './mlflow-store.ts'
import { filesAt } from './stored-files.ts'
import { storedValue } from './stored-value.ts'

type Row = Readonly<Record<string, unknown>>
type Ask = (sql: string, ...values: readonly (string | number)[]) => Promise<readonly Row[]>

const page = 50
const states: Readonly<Record<number, StoredModel['status']>> = {
  1: 'LOGGED_MODEL_PENDING',
  2: 'LOGGED_MODEL_READY',
  3: 'LOGGED_MODEL_UPLOAD_FAILED',
}

/** The logged models of a database of MLflow's. `ask` answers nothing where a table is not there. */
export function databaseModels(
  ask: Ask,
  textsOf: (sql: string, ...values: readonly (string | number)[]) => Promise<Texts>,
  base: string,
  artifacts: string | undefined,
): Pick<MlflowStore, 'loggedModels'> {
  async function modelOf(row: Row): Promise<StoredModel> {
    const id = String(row.model_id)
    const [params, tags, metrics] = await Promise.all([
      textsOf(
        `select param_key as k, param_value as v from logged_model_params where model_id = ?`,
        id,
      ),
      textsOf(`select tag_key as k, tag_value as v from logged_model_tags where model_id = ?`, id),
      ask(`select * from logged_model_metrics where model_id = ?`, id),
    ])
    return {
      id,
      status: states[Number(row.status)] ?? 'LOGGED_MODEL_READY',
      ...{ params, tags, metrics: metrics.map(pointOf) },
      files: filesAt(String(row.artifact_location), base, artifacts),
      ...(row.name === null ? {} : { name: String(row.name) }),
      ...(row.model_type === null ? {} : { type: String(row.model_type) }),
      ...(row.source_run_id === null ? {} : { run: String(row.source_run_id) }),
    }
  }

  return {
    async *loggedModels(experiment) {
      const found = await ask(
        `select * from logged_models where experiment_id = ? and lifecycle_stage = 'active'
          order by creation_timestamp_ms`,
        Number(experiment),
      )
      for (let start = 0; start < found.length; start += page) {
        yield await Promise.all(found.slice(start, start + page).map(modelOf))
      }
    },
  }
}

function pointOf(row: Row): StoredModelPoint {
  return {
    key: String(row.metric_name),
    value: storedValue(row.metric_value),
    timestamp: Number(row.metric_timestamp_ms),
    step: Number(row.metric_step),
    run_id: String(row.run_id),
    ...(row.dataset_name === null ? {} : { dataset_name: String(row.dataset_name) }),
    ...(row.dataset_digest === null ? {} : { dataset_digest: String(row.dataset_digest) }),
  }
}
