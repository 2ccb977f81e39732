import { InferenceSession, Tensor } from 'onnxruntime-node'

// The model without Tidemill: single rows, one after another.

const [file = '', seconds = '2'] = process.argv.slice(2)
const session = await InferenceSession.create(file, {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  logSeverityLevel: 3,
})
const row = [6, 148, 72, 35, 94, 33.6, 0.627, 50]
const feeds = Object.fromEntries(
  session.inputNames.map((name, i) => [
    name,
    new Tensor('float32', Float32Array.of(row[i] ?? NaN), [1, 1]),
  ]),
)
const begin = performance.now()
let runs = 0
while (performance.now() - begin < Number(seconds) * 1000) {
  await session.run(feeds)
  runs++
}
process.stdout.write(`${(runs / (performance.now() - begin)) * 1000}\n`)
