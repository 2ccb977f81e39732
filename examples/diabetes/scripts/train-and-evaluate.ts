// Trains K-nearest neighbours with the number of neighbours it is called with, and records everything as a run.
import { writeFile, mkdir } from 'node:fs/promises'
import { evaluateModel, loadParams, readTable, startRun, trainModel } from 'tidemill'

const neighbors = Number(process.argv[2])
const { base, mlflow_config: names } = await loadParams()
const train = await readTable('data/split/train.csv')
const test = await readTable('data/split/test.csv')

const run = await startRun({
  experiment: names.experiment_name,
  name: names.run_name,
  dataset: base.dataset,
  params: { estimator: 'knn', neighbors, random_state: base.random_state },
})
const model = trainModel(train, {
  label: base.target,
  estimator: 'knn',
  params: { neighbors },
  seed: base.random_state,
})
const metrics = evaluateModel(model, test)
await run.logMetrics(metrics)
const onnx = await run.logModel(model, { train, test })
await run.end()

await mkdir('models', { recursive: true })
await mkdir('metrics', { recursive: true })
await writeFile(`models/knn-${neighbors}.onnx`, onnx)
await writeFile(`metrics/knn-${neighbors}.json`, `${JSON.stringify(metrics, null, 2)}\n`)
console.log(`${neighbors} neighbours: F1 ${metrics.f1.toFixed(3)}`)
