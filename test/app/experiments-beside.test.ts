import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { project } from '../pipeline/support/project.ts'
import { runningServer } from '../support/home.ts'
import { manyExperiments, manyPipeline } from '../support/many-experiments.ts'

const count = 60

test('while dozens of experiments are read for the first time, other requests are answered at once', async (t) => {
  const made = await project(
    t,
    { 'dvc.yaml': manyPipeline, 'params.yaml': 'rate: 1\n', 'score.json': '{"score": 0}\n' },
    { git: true },
  )
  made.write({ '.gitignore': '/.tidemill\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  const head = made.git('rev-parse', 'HEAD').trim()
  manyExperiments(made.root, head, count)
  const { url } = await runningServer(t, { dir: made.root })
  const caller = httpCaller({ url })
  const ask = () => caller.call(operations.runs.experiments, {})
  await ask()

  let isRead = false
  const read = caller.call(operations.pipelines.experiments, {}).finally(() => (isRead = true))
  const waits: number[] = []
  while (!isRead) {
    const begin = performance.now()
    await ask()
    waits.push(performance.now() - begin)
  }
  const { rows } = await read
  const experiments = rows.filter((row) => row.baseline === head)
  assert.equal(experiments.length, count)
  assert.ok(experiments.every(({ params, metrics }) => params.rate === metrics.score))
  assert.equal(new Set(experiments.map(({ params }) => params.rate)).size, count)
  const longest = Math.max(...waits)
  const whole = waits.reduce((sum, wait) => sum + wait, 0)
  const said = `${waits.length} requests in ${whole.toFixed(0)} ms, the longest ${longest.toFixed(0)} ms`
  t.diagnostic(said)
  // a busy machine makes all of it longer; read by the server's own thread, one request waits for the whole read
  assert.ok(longest < Math.max(100, whole / 4), said)
})
