import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copyMlflow, type RunningServer } from '#app'
import { runningServer } from '../support/home.ts'
import { mlflowPost as post } from '../support/mlflow-post.ts'

/** Two runs, one within the other, with a history, a file, a version under an alias, and a gap in the numbers. */
async function fill(server: RunningServer): Promise<{ parent: string; child: string }> {
  const { experiment_id } = await post(server, 'experiments/create', { name: 'team/a' })
  const parent = (await post(server, 'runs/create', { experiment_id, run_name: 'parent' })).run.info
  const tags = [{ key: 'mlflow.parentRunId', value: parent.run_id }]
  const child = (await post(server, 'runs/create', { experiment_id, tags })).run.info
  const metrics = Array.from({ length: 1000 }, (_, step) => ({
    key: 'loss',
    value: 1 / (step + 1),
    timestamp: 1,
    step,
  }))
  await post(server, 'runs/log-batch', { run_id: child.run_id, metrics })
  await fetch(
    `${server.url}/api/2.0/mlflow-artifacts/artifacts/${experiment_id}/${child.run_id}/artifacts/model/a b.txt`,
    { method: 'PUT', body: 'hello' },
  )
  for (const { run_id } of [parent, child]) {
    await post(server, 'runs/update', { run_id, status: 'FINISHED' })
  }
  await post(server, 'registered-models/create', { name: 'm' })
  const source = `runs:/${child.run_id}/model`
  const version = { name: 'm', source, run_id: child.run_id }
  await post(server, 'model-versions/create', version)
  await fetch(`${server.url}/api/2.0/mlflow/model-versions/delete?name=m&version=1`, {
    method: 'DELETE',
  })
  await post(server, 'model-versions/create', version)
  await post(server, 'registered-models/alias', { name: 'm', alias: 'live', version: '2' })
  return { parent: parent.run_id, child: child.run_id }
}

test('a copy of a server keeps identifiers, histories, files, version numbers and aliases, and a second one does nothing', async (t) => {
  const [from, to] = [await runningServer(t), await runningServer(t)]
  const { parent, child } = await fill(from)
  const report = await copyMlflow(from, to)
  assert.deepEqual(report.problems, [])
  assert.deepEqual([report.runs, report.points, report.files, report.versions], [2, 1000, 1, 1])
  const rooms = await to.app.project('default')
  const run = await rooms.tracking.run(child)
  assert.equal(run.tags['mlflow.parentRunId'], parent)
  assert.equal((await rooms.tracking.history(child, 'loss')).total, 1000)
  assert.equal((await rooms.registry.aliased('m', 'live'))?.version, 2)
  const again = await copyMlflow(from, to)
  assert.deepEqual([again.runs, again.points, again.files, again.versions], [0, 0, 0, 0])
  assert.equal(again.before, 3)
})

test('a trace that is under way is gone on with by the next copy, and one that ended without spans is told', async (t) => {
  const [from, to] = [await runningServer(t), await runningServer(t)]
  const [first, second] = ['1'.repeat(32), '2'.repeat(32)] as const
  const send = async (id: string, state: string): Promise<void> => {
    const place = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }
    const info = { trace_id: `tr-${id}`, trace_location: place, state }
    const trace = { trace_info: { ...info, request_time: '2025-01-01T00:00:00Z' } }
    await post(from, '../../3.0/mlflow/traces', { trace })
  }
  await send(first, 'IN_PROGRESS')
  assert.deepEqual((await copyMlflow(from, to)).problems, [])
  const times = { startTimeUnixNano: '1735689600000000001', endTimeUnixNano: '1735689600000000009' }
  const span = { traceId: first, spanId: '1'.repeat(16), name: 'answer', ...times }
  await fetch(`${from.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': '0' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  })
  await send(first, 'OK')
  await send(second, 'OK')
  const report = await copyMlflow(from, to)
  assert.deepEqual(report.problems, [`trace tr-${second}: it has no spans there`])
  assert.deepEqual([report.traces, report.spans], [1, 1])
  const { tracking } = await to.app.project('default')
  assert.equal((await tracking.trace(`tr-${first}`)).state, 'ok')
  assert.equal((await copyMlflow(from, to)).before, 1)
})

test('what is attached to spans is copied with them, and what cannot be brought is told until it can', async (t) => {
  const [from, to] = [await runningServer(t), await runningServer(t)]
  const [id, picture] = ['3'.repeat(32), '4a1b2c3d-0000-4000-8000-000000000001']
  const place = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }
  const info = { trace_id: `tr-${id}`, trace_location: place, state: 'OK' }
  const trace = { trace_info: { ...info, request_time: '2025-01-01T00:00:00Z' } }
  await post(from, '../../3.0/mlflow/traces', { trace })
  const facts = `content_type=image%2Fpng&trace_id=tr-${id}&size=5`
  const inputs = JSON.stringify({ image: `mlflow-attachment://${picture}?${facts}` })
  const times = { startTimeUnixNano: '1735689600000000001', endTimeUnixNano: '1735689600000000009' }
  const attributes = [{ key: 'mlflow.spanInputs', value: { stringValue: inputs } }]
  const span = { traceId: id, spanId: '1'.repeat(16), name: 'look', ...times, attributes }
  await fetch(`${from.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-mlflow-experiment-id': '0' },
    body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
  })
  const missing = await copyMlflow(from, to)
  assert.deepEqual([missing.traces, missing.problems.length], [0, 1])
  assert.match(missing.problems[0] ?? '', new RegExp(`^trace tr-${id}: its attachment ${picture}`))
  const root = `${from.url}/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-${id}/artifacts`
  await fetch(`${root}/attachments/${picture}`, { method: 'PUT', body: 'bytes' })
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.traces, report.files, report.bytes, report.problems], [1, 1, 5, []])
  const asked = `request_id=tr-${id}&path=${picture}`
  const came = await fetch(`${to.url}/ajax-api/3.0/mlflow/get-trace-artifact?${asked}`)
  assert.equal(await came.text(), 'bytes')
  assert.equal((await copyMlflow(from, to)).before, 1)
})
