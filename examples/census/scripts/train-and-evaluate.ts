// Trains the estimator it is called with, with the parameters that params.yaml gives it, and records everything as a run.
import { mkdir, writeFile } from 'node:fs/promises'
import { evaluateModel, loadParams, readTable, startRun, trainModel } from 'tidemill'

const [, , estimator] = process.argv
const { base, estimators, mlflow_config: names } = await loadParams()
const params = estimators[estimator]
const train = await readTable('data/split/train.csv')
const test = await readTable('data/split/test.csv')

const run = await startRun({
  experiment: names.experiment_name,
  name: `${names.run_name} ${estimator}`,
  dataset: base.dataset,
  params: { estimator, ...params, random_state: base.random_state },
})
const model = trainModel(train, {
  label: base.target,
  features: base.inputs,
  positive: base.positive,
  estimator,
  params,
  seed: base.random_state,
})
const metrics = evaluateModel(model, test)
await run.logMetrics(metrics)
const onnx = await run.logModel(model, { train, test })
await run.end()

await mkdir('models', { recursive: true })
await mkdir('metrics', { recursive: true })
await writeFile(`models/${estimator}.onnx`, onnx)
await writeFile(`metrics/${estimator}.json`, `${JSON.stringify(metrics, null, 2)}\n`)
console.log(`${estimator}: F1 ${metrics.f1.toFixed(3)}`)
