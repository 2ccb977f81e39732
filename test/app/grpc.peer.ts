import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { startServer } from '#app'
import { operations } from '#contract'
import { reproduce } from '../../src/app/steps/reproduce.ts'
import { openedProject } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

test(
  'Triton’s own client is answered over gRPC as HTTP answers',
  { skip: skipWithoutPeer('inference') },
  async (t) => {
    const { dir, app, caller } = await openedProject(t)
    const text = await readFile(`${dir}/tidemill.yaml`, 'utf8')
    await caller.call(operations.loop.apply, { text })
    await reproduce(await app.project('default'), { targets: ['train_and_evaluate@5'] })
    await caller.call(operations.models.best, { name: 'KNNforDiabetes' })
    const home = `${dir}/.tidemill`
    const where = { home, workspace: dir, host: '127.0.0.1', port: 0, grpcPort: 0 }
    const server = await startServer({ ...where, logLevel: 'silent' })
    t.after(() => server.stop())
    const row = [6, 148, 72, 35, 94, 33.6, 0.627, 50]
    const script = resolve('test/peers/inference_grpc.py')
    const address = `127.0.0.1:${server.grpcPort}`
    const said = await runPeer('inference', [script, address, 'diabetes', ...row.map(String)])
    const http = await fetch(`${server.url}/v2/models/diabetes/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ inputs: [{ name: 'X', shape: [1, 8], datatype: 'FP64', data: row }] }),
    })
    const { outputs } = (await http.json()) as { outputs: { data: unknown[] }[] }
    assert.deepEqual(JSON.parse(said), {
      live: true,
      ready: true,
      inputs: [
        ['Pregnancies', 'INT64'],
        ['Glucose', 'INT64'],
        ['Blood Pressure', 'INT64'],
        ['Skin Thickness', 'INT64'],
        ['Insulin', 'INT64'],
        ['BMI', 'FP64'],
        ['Diabetes Pedigree Function', 'FP64'],
        ['Age', 'INT64'],
      ],
      id: 'from-triton',
      label: outputs[0]?.data,
      probabilities: [outputs[1]?.data],
      refused: 'StatusCode.NOT_FOUND',
    })
  },
)
