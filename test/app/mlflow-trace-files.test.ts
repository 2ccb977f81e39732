import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Loose } from '../support/loose.ts'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

test('a trace tells clients where its files go, which are what is attached to spans and MLflow 2’s spans', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const id = `tr-${'ab'.repeat(16)}`
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }
  const info = { trace_id: id, trace_location: location, request_time: '2026-01-31T12:00:00Z' }
  const made = await ask('POST', '/api/3.0/mlflow/traces', { trace: { trace_info: info } })
  const place = `mlflow-artifacts:/${experiment}/traces/${id}/artifacts`
  assert.equal(made.body.trace.trace_info.tags['mlflow.artifactLocation'], place)
  const old = await ask('GET', `traces/${id}/info`)
  assert.deepEqual(
    old.body.trace_info.tags.filter(({ key }: Loose) => key === 'mlflow.artifactLocation'),
    [{ key: 'mlflow.artifactLocation', value: place }],
  )

  const base = `${url}/api/2.0/mlflow-artifacts/artifacts/${place.slice('mlflow-artifacts:/'.length)}`
  const put = async (path: string, body: string): Promise<void> =>
    assert.equal((await fetch(`${base}/${path}`, { method: 'PUT', body })).status, 200)
  await put('attachments/picture', 'bytes')
  const spans = { spans: [{ name: 'answer' }] }
  await put('traces.json', JSON.stringify(spans))
  for (const version of ['2.0', '3.0']) {
    const artifact = `${url}/ajax-api/${version}/mlflow/get-trace-artifact?request_id=${id}`
    const attached = await fetch(`${artifact}&path=picture`)
    assert.equal(await attached.text(), 'bytes')
    assert.match(attached.headers.get('content-disposition') ?? '', /^attachment/)
    assert.deepEqual(await (await fetch(artifact)).json(), spans)
    assert.equal((await fetch(`${artifact}&path=other`)).status, 404)
    assert.equal((await fetch(`${artifact}&path=../traces.json`)).status, 400)
  }
})

test('a file where a folder is, or a folder where a file is, is refused by both APIs and before its parts come', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const files = `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts`
  const own = `/api/runs/${run}/artifacts?path=`
  const put = async (path: string): Promise<number> => {
    const headers = { 'content-type': 'application/octet-stream' }
    return (await fetch(`${url}${path}`, { method: 'PUT', body: 'x', headers })).status
  }
  assert.equal(await put(`${files}/a/b`), 200)
  assert.deepEqual([await put(`${files}/a`), await put(`${files}/a/b/c`)], [400, 400])
  assert.deepEqual([await put(`${own}a`), await put(`${own}a/b/c`)], [409, 409])
  const parts = files.replace('/artifacts/', '/mpu/create/')
  const begun = await ask('POST', `${parts}/a/b`, { path: 'c', num_parts: 1 })
  assert.equal(begun.status, 400)
  assert.match(begun.body.message, /a\/b would be a file and, for a\/b\/c, a folder/)
})
