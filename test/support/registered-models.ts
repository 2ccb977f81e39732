import { operations, type Caller } from '#contract'
import { trainModel } from '#learn'
import { seeded } from '#stats'
import { tableFromRows } from '#table'

export interface ModelSpec {
  readonly model: string
  /** The columns the label follows from. */
  readonly inputs?: readonly string[]
  readonly classes?: readonly string[]
  readonly metrics?: Readonly<Record<string, number>>
  readonly params?: Readonly<Record<string, string>>
}

/** Trains a small classifier on made-up rows, keeps it as a run's files, and registers it. Answers the run and the number. */
export async function registeredModel(
  caller: Caller,
  spec: ModelSpec,
): Promise<{ readonly run: string; readonly version: number }> {
  const { model, inputs = ['a', 'b'], classes = ['no', 'yes'], metrics = {}, params = {} } = spec
  const random = seeded(inputs.length + classes.length)
  const rows = Array.from({ length: 60 }, (_, i) => ({
    ...Object.fromEntries(inputs.map((name) => [name, random() + (i % classes.length)])),
    label: classes[i % classes.length] ?? '',
  }))
  const table = tableFromRows(rows)
  const trained = trainModel(table, { label: 'label', estimator: 'knn' })
  const { run } = await caller.call(operations.runs.create, { experiment: model, params })
  const files: readonly (readonly [string, Uint8Array])[] = [
    ['model/model.onnx', trained.toOnnx()],
    ['model/signature.json', Buffer.from(JSON.stringify({ signature: trained.signature(table) }))],
    ['model/requirements.txt', Buffer.from('onnxruntime\n')],
  ]
  for (const [path, bytes] of files) {
    await caller.call(operations.runs.putArtifact, { run: run.id, path }, bytes)
  }
  await caller.call(operations.runs.log, {
    run: run.id,
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value })),
  })
  await caller.call(operations.runs.end, { run: run.id })
  const { version } = await caller.call(operations.models.register, { name: model, run: run.id })
  return { run: run.id, version: version.version }
}
