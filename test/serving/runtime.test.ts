import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { trainModel } from '#learn'
import { numberColumn, stringColumn, tableOf } from '#table'
import type { Feeds, Request } from '../../src/serving/runtime/messages.ts'
import { openRuntime, startWorker } from '../../src/serving/runtime/runtime.ts'
import { temporaryFolder } from '../support/home.ts'

const feeds: Feeds = { x: { kind: 'float', width: 1, values: Float32Array.of(1, 9) } }

async function modelFile(t: TestContext): Promise<string> {
  const table = tableOf([
    numberColumn('x', [1, 2, 8, 9]),
    stringColumn('y', ['low', 'low', 'high', 'high']),
  ])
  const model = trainModel(table, { label: 'y', estimator: 'knn', params: { neighbors: 1 } })
  const file = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(file, model.toOnnx())
  return file
}

/** The real threads, a hand on them, and the files each was told to load. */
function threads() {
  const started: Worker[] = []
  const loads: string[][] = []
  return {
    started,
    loads,
    start() {
      const worker = startWorker()
      const told: string[] = []
      const post = worker.postMessage.bind(worker)
      worker.postMessage = (message: Request) => {
        if (message.kind === 'load') told.push(message.file)
        post(message)
      }
      started.push(worker)
      loads.push(told)
      return worker
    },
  }
}

test('what was asked when the thread died is answered by the next one, once its models are loaded', async (t) => {
  const { started, start } = threads()
  const runtime = openRuntime(1, start)
  t.after(() => runtime.close())
  const models = await Promise.all(
    Array.from({ length: 3 }, async () => runtime.load(await modelFile(t), 'm')),
  )
  const asked = models.map((model) => model.run(feeds))
  const ended = started[0]?.terminate()
  const later = models.map((model) => model.run(feeds))
  await ended
  for (const { label } of await Promise.all([...asked, ...later])) {
    assert.deepEqual(label?.values, ['low', 'high'])
  }
  assert.equal(started.length, 2)
})

test('a thread that died while nobody asked is started anew by the next request', async (t) => {
  const { started, start } = threads()
  const runtime = openRuntime(1, start)
  t.after(() => runtime.close())
  const model = await runtime.load(await modelFile(t), 'm')
  await started[0]?.terminate()
  assert.equal(started.length, 1)
  assert.deepEqual((await model.run(feeds)).label?.values, ['low', 'high'])
})

test('a thread that cannot start is given up after two tries, with its own words', async (t) => {
  let starts = 0
  const runtime = openRuntime(1, () => {
    starts++
    return new Worker('throw new Error("no binding for this machine")', { eval: true })
  })
  t.after(() => runtime.close())
  await assert.rejects(runtime.load(await modelFile(t), 'm'), /no binding for this machine/)
  await new Promise((resolve) => setTimeout(resolve, 300))
  assert.equal(starts, 2)
})

test('a file that does not load is refused, and never loaded again', async (t) => {
  const { started, loads, start } = threads()
  const runtime = openRuntime(1, start)
  t.after(() => runtime.close())
  const file = await modelFile(t)
  const good = await runtime.load(file, 'good')
  const bad = join(await temporaryFolder(t), 'bad.onnx')
  await writeFile(bad, 'no model')
  await assert.rejects(runtime.load(bad, 'bad'), /The model bad cannot be loaded/)
  await started[0]?.terminate()
  await good.run(feeds)
  assert.deepEqual(loads, [[file, bad], [file]])
})
