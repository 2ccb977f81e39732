import { TidemillError } from '#contract'
import { isJson } from '../../json.ts'
import { wrong } from './input.ts'

/** Where clients of MLflow 2 and of R look for the models of a run. */
export const historyTag = 'mlflow.log-model.history'
const needed = ['artifact_path', 'flavors', 'utc_time_created', 'run_id']

/** What a client says of a model it stored among the run's files, as an entry of the run's history. */
export function readModel(text: string): Readonly<Record<string, unknown>> {
  let model: unknown
  try {
    model = JSON.parse(text)
  } catch {
    throw wrong('model_json', text.slice(0, 60), 'JSON')
  }
  if (!isJson(model)) throw wrong('model_json', model, 'an object')
  const missing = needed.filter((name) => model[name] === undefined)
  if (missing.length === 0) return model
  throw new TidemillError('bad_request', {
    problem: `Model json is missing mandatory fields: ${missing.join(', ')}.`,
  })
}

/** The history with one model more; what was no list before is begun anew. */
export function withModel(history: string | undefined, model: object): string {
  let before: unknown = []
  try {
    before = JSON.parse(history ?? '[]')
  } catch {
    before = []
  }
  return JSON.stringify([...(Array.isArray(before) ? (before as unknown[]) : []), model])
}
