import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { initProject, localCaller, localIdentity, openApp } from '#app'
import { operations } from '#contract'
import { reproduce } from '../../src/app/steps/reproduce.ts'

export interface ReadyProject {
  /** The model as an ONNX file, for running it bare. */
  readonly model: string
  readonly body: string
  readonly path: string
}

/**
 * Makes the diabetes example in a folder, with a model that answers at its endpoint. Nothing watches the endpoint: the same row sent
 * again and again is a drift, and the retraining it sets off would be measured too.
 */
export async function readyProject(dir: string): Promise<ReadyProject> {
  await initProject({ dir, template: 'diabetes' })
  const app = await openApp({ home: join(dir, '.tidemill'), workspace: dir })
  try {
    const caller = localCaller(app, 'default', localIdentity())
    const file = join(dir, 'tidemill.yaml')
    const { datasets, models, endpoints } = parse(await readFile(file, 'utf8')) as Record<
      string,
      unknown
    >
    const text = stringify({ datasets, models, endpoints })
    await writeFile(file, text)
    await caller.call(operations.loop.apply, { text })
    await reproduce(await app.project('default'), { targets: ['train_and_evaluate@5'] })
    await caller.call(operations.models.best, { name: 'KNNforDiabetes' })
  } finally {
    await app.close()
  }
  const inputs = [
    { name: 'X', shape: [1, 8], datatype: 'FP64', data: [6, 148, 72, 35, 94, 33.6, 0.627, 50] },
  ]
  return {
    model: join(dir, 'models/knn-5.onnx'),
    path: '/v2/models/diabetes/infer',
    body: JSON.stringify({ inputs }),
  }
}
