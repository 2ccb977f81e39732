import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

test('the user and the session of a trace are told with it, and find it, also with a quote in them', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const owners = { 'mlflow.trace.user': "o'hara", 'mlflow.trace.session': 's-1' }
  for (const [trace_id, trace_metadata] of [
    ['tr-00000000000000000000000000000001', owners],
    ['tr-00000000000000000000000000000002', {}],
  ] as const) {
    const info = {
      ...{ trace_id, trace_metadata, state: 'OK', request_time: '2026-01-31T12:00:00Z' },
      trace_location: { mlflow_experiment: { experiment_id: experiment } },
    }
    await fetch(`${url}/api/3.0/mlflow/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ trace: { trace_info: info } }),
    })
  }
  const caller = httpCaller({ url })
  for (const filter of [
    "metadata.`mlflow.trace.user` = 'o''hara'",
    "metadata.`mlflow.trace.session` = 's-1'",
  ]) {
    const { traces } = await caller.call(operations.traces.search, { filter })
    assert.deepEqual(
      traces.map(({ metadata }) => metadata),
      [owners],
      filter,
    )
  }
})
