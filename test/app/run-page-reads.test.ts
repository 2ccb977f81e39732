import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
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

test('logged models are listed with the names of the runs that made them', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  await ask('POST', 'runs/update', { run_id: run, run_name: 'depth=3' })
  const made = { experiment_id: experiment, name: 'forest' }
  await ask('POST', 'logged-models', { ...made, source_run_id: run })
  await ask('POST', 'logged-models', { ...made, name: 'alone' })
  const { models } = await httpCaller({ url }).call(operations.loggedModels.search, {})
  assert.deepEqual(
    models.map(({ name, runName }) => [name, runName]),
    [
      ['alone', undefined],
      ['forest', 'depth=3'],
    ],
  )
})
