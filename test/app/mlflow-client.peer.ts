import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { runDemo } from '#app'
import { httpCaller, operations } from '#contract'
import { temporaryFolder } from '../support/home.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'

interface Seen {
  readonly runs: number
  readonly libraries: readonly string[]
  readonly models: readonly string[]
  readonly history: readonly number[]
  readonly text: string
  readonly labels: readonly number[]
  readonly version: number
}

test(
  'MLflow’s own client trains, logs, finds and loads what the loop made, and answers as the endpoint does',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const dir = await temporaryFolder(t)
    const demo = await runDemo({ template: 'diabetes', dir, port: 0 })
    t.after(() => demo.stop())
    const script = ['scripts/train_and_evaluate.py', '5']
    const said = await runPeer('mlflow', script, {
      cwd: dir,
      env: { MLFLOW_TRACKING_URI: demo.url },
    })
    assert.match(said, /5 neighbours: F1 0\.\d{3}/)

    const rows = `${dir}/data/split/test.csv`
    const thread = [resolve('test/peers/mlflow_thread.py'), demo.url, 'KNNforDiabetes', rows]
    const lines = (await runPeer('mlflow', thread)).trim().split('\n')
    const seen = JSON.parse(lines.at(-1) ?? '') as Seen
    assert.ok(seen.runs > 5, `${seen.runs} runs`)
    assert.deepEqual(seen.libraries, ['scikit-learn', 'tidemill'])
    assert.ok(seen.models.includes('sklearn-model'))
    assert.deepEqual(
      seen.history,
      Array.from({ length: 20 }, (_, step) => 1 / (step + 1)),
    )
    assert.equal(seen.text, 'hello')
    assert.equal(seen.version, 2)

    const { readFile } = await import('node:fs/promises')
    const [head = '', ...texts] = (await readFile(rows, 'utf8')).trim().split('\n')
    const names = head.split(',')
    const caller = httpCaller({ url: demo.url })
    const { answers } = await caller.call(operations.endpoints.predict, {
      name: 'diabetes',
      rows: texts.map((text) =>
        Object.fromEntries(
          text
            .split(',')
            .map((cell, i) => [names[i] ?? '', cell === '' ? null : Number(cell)] as const)
            .filter(([name]) => name !== 'Outcome'),
        ),
      ),
      explain: false,
    })
    assert.deepEqual(
      seen.labels,
      answers.map((answer) => (answer.label === 'diabetic' ? 1 : 0)),
    )
  },
)
