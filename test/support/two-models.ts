import { operations, type Caller } from '#contract'
import { trainModel } from '#learn'
import { tableFromRows } from '#table'
import { mlflowFiles } from '../../src/app/kit/mlflow-files.ts'

/** Rows whose `a` tells the class. */
export const rowsOfTwo: readonly { readonly a: number }[] = Array.from({ length: 20 }, (_, a) => ({
  a,
}))

/** A run with two models for MLflow, `model` and `better`, that answer each row the other way round. */
export async function runWithTwoModels(caller: Caller): Promise<string> {
  const { run } = await caller.call(operations.runs.create, { experiment: 'two' })
  for (const [folder, low, high] of [
    ['model', '0', '1'],
    ['better', '1', '0'],
  ] as const) {
    const table = tableFromRows(rowsOfTwo.map(({ a }) => ({ a, label: a < 10 ? low : high })))
    const trained = trainModel(table, { label: 'label', estimator: 'knn' })
    const signature = trained.signature(table)
    const files: readonly (readonly [string, string | Uint8Array])[] = [
      ['model.onnx', trained.toOnnx()],
      ['signature.json', JSON.stringify({ signature })],
      ...mlflowFiles(run.id, signature),
    ]
    for (const [name, content] of files) {
      const place = { run: run.id, path: `${folder}/${name}` }
      await caller.call(operations.runs.putArtifact, place, Buffer.from(content))
    }
  }
  await caller.call(operations.runs.log, { run: run.id, metrics: [{ key: 'f1', value: 0.9 }] })
  await caller.call(operations.runs.end, { run: run.id })
  return run.id
}
