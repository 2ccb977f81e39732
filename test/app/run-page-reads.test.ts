import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { tidemill } from '../support/tidemill.ts'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

test('a run tells which of its metrics JSON has no number for, and what they are', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const caller = httpCaller({ url })
  const log = (key: string, value: unknown) =>
    ask('POST', 'runs/log-metric', { run_id: run, key, value, timestamp: 1 })
  await log('fine', 0.5)
  assert.equal((await caller.call(operations.runs.get, { run })).special, undefined)
  await log('up', 'Infinity')
  await log('down', '-Infinity')
  await log('odd', 'NaN')
  const read = await caller.call(operations.runs.get, { run })
  assert.deepEqual(read.special, { up: 'Infinity', down: '-Infinity', odd: 'NaN' })
  assert.equal(read.run.metrics.fine, 0.5)
})

test('why two runs differ, and what was measured on a logged model, may be infinite or not a number', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const { run: other } = await newRun(ask)
  const made = { experiment_id: experiment, name: 'forest', source_run_id: run }
  const { model_id } = (await ask('POST', 'logged-models', made)).body.model.info
  const log = (into: string, key: string, value: unknown) =>
    ask('POST', 'runs/log-metric', { run_id: into, key, value, model_id, timestamp: 1 })
  await log(run, 'loss', 0.5)
  await log(other, 'loss', 'Infinity')
  await log(run, 'odd', 'NaN')
  const caller = httpCaller({ url })
  const { metrics } = await caller.call(operations.runs.why, { run, other })
  assert.deepEqual(metrics, [
    { name: 'loss', from: 0.5, to: 'Infinity', difference: 'Infinity' },
    { name: 'odd', from: 'NaN' },
  ])
  const compared = await tidemill(['runs', 'compare', run, other, '--url', url], process.cwd())
  assert.match(compared.stdout, /metric loss\s+0\.5000\s+Infinity/)
  const listed = await tidemill(['runs', 'ls', '--url', url], process.cwd())
  assert.match(listed.stdout, /not finite/, listed.stderr)
  const found = await caller.call(operations.loggedModels.get, { model: model_id })
  const values = found.model.metrics.map(({ key, value, run: by }) => [key, value, by === run])
  assert.deepEqual(new Set(values.map(String)), new Set(['loss,Infinity,false', 'odd,NaN,true']))
})

test('logged models are listed with the names of the runs that made them, whatever clients sent as runs', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  await ask('POST', 'runs/update', { run_id: run, run_name: 'depth=3' })
  const made = { experiment_id: experiment, name: 'forest' }
  await ask('POST', 'logged-models', { ...made, source_run_id: run })
  await ask('POST', 'logged-models', { ...made, name: 'alone' })
  for (const sent of ["it's", 'a\\', "x') or (run_id != '"])
    await ask('POST', 'logged-models', { ...made, name: 'odd', source_run_id: sent })
  const { models } = await httpCaller({ url }).call(operations.loggedModels.search, {})
  assert.deepEqual(
    models.map(({ name, runName }) => [name, runName]),
    [...['odd', 'odd', 'odd', 'alone'].map((name) => [name, undefined]), ['forest', 'depth=3']],
  )
})
