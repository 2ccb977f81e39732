import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

test('tags of models, versions and traces, and aliases, are called as MLflow 3.17.2 lets them be', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const id = `tr-${'ab'.repeat(16)}`
  const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }
  const info = { trace_id: id, trace_location: location, request_time: '2026-01-31T12:00:00Z' }
  await ask('POST', '/api/3.0/mlflow/traces', { trace: { trace_info: info } })
  const isPrompt = { key: 'mlflow.prompt.is_prompt', value: 'true' }
  await ask('POST', 'registered-models/create', { name: 'm', tags: [isPrompt] })
  const source = { name: 'm', source: 'prompt-template' }
  assert.equal((await ask('POST', 'model-versions/create', source)).status, 200)
  const statuses = async (key: string): Promise<readonly number[]> => {
    const tag = { key, value: 'v' }
    const answers = [
      await ask('POST', 'registered-models/set-tag', { name: 'm', ...tag }),
      await ask('POST', 'model-versions/set-tag', { name: 'm', version: '1', ...tag }),
      await ask('PATCH', `traces/${id}/tags`, tag),
      await ask('PATCH', `/api/3.0/mlflow/traces/${id}/tags`, tag),
      await ask('POST', 'model-versions/create', { ...source, tags: [tag] }),
    ]
    return answers.map(({ status }) => status)
  }
  for (const key of ['a/b', 'a b', 'ü:1', 'k'.repeat(250)]) {
    assert.deepEqual(await statuses(key), [200, 200, 200, 200, 200], key)
  }
  for (const key of ['a@b', 'a//b', '.', 'k'.repeat(251)]) {
    assert.deepEqual(await statuses(key), [400, 400, 400, 400, 400], key)
  }
  const made = { name: 'n', tags: [{ key: 'a@b', value: 'v' }] }
  const refused = await ask('POST', 'registered-models/create', made)
  assert.equal(refused.status, 400)
  assert.match(refused.body.message, /"a@b" is no name for a tag: it may hold letters/)

  const aliased = async (alias: string): Promise<number> =>
    (await ask('POST', 'registered-models/alias', { name: 'm', alias, version: '1' })).status
  for (const alias of ['ü', '日本', '٣', 'v1x', 'a-b_c']) assert.equal(await aliased(alias), 200)
  for (const alias of ['a b', 'v1', 'V٣', 'LATEST', 'e\u0301', 'a'.repeat(256)]) {
    assert.equal(await aliased(alias), 400, alias)
  }
  const found = await ask('GET', 'registered-models/alias?name=m&alias=%C3%BC')
  assert.equal(found.body.model_version.version, '1')
})
