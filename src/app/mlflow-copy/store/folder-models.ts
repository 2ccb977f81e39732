import { join } from 'node:path'
import { doubleOf, folders, meta, texts } from './folder-files.ts'
import type { MlflowStore, StoredModel, StoredModelPoint } from './mlflow-store.ts'

const states = [
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const

/** The logged models of an mlruns folder: `<experiment>/models/<id>`. */
export function folderModels(root: string): Pick<MlflowStore, 'loggedModels'> {
  return {
    async *loggedModels(experiment) {
      const place = join(root, experiment, 'models')
      for (const id of await folders(place)) {
        const own = await meta(join(place, id))
        if (!own || own.lifecycle_stage === 'deleted') continue
        const model: StoredModel = {
          id,
          status: states[Number(own.status)] ?? 'LOGGED_MODEL_READY',
          params: await texts(join(place, id, 'params')),
          tags: await texts(join(place, id, 'tags')),
          metrics: await modelPoints(join(place, id, 'metrics')),
          files: { folder: join(place, id, 'artifacts') },
          ...(typeof own.name === 'string' ? { name: own.name } : {}),
          ...(typeof own.model_type === 'string' ? { type: own.model_type } : {}),
          ...(typeof own.source_run_id === 'string' ? { run: own.source_run_id } : {}),
        }
        yield [model]
      }
    },
  }
}

/** Each line names the run as well, and the data set where there was one. */
async function modelPoints(place: string): Promise<readonly StoredModelPoint[]> {
  const found: StoredModelPoint[] = []
  for (const [key, text] of Object.entries(await texts(place))) {
    for (const line of text.split('\n')) {
      const [timestamp = '', value = '', step = '0', run = '', ...dataset] = line.trim().split(' ')
      if (timestamp === '') continue
      const digest = dataset.pop()
      found.push({
        ...{ key, value: doubleOf(value), timestamp: Number(timestamp), step: Number(step) },
        run_id: run,
        ...(digest === undefined
          ? {}
          : { dataset_name: dataset.join(' '), dataset_digest: digest }),
      })
    }
  }
  return found
}
