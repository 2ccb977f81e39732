import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import type { Loose } from '../support/loose.ts'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

test('a version of a logged model, and a copy of it, is of the run that made the model, as with MLflow’s server', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const metric = { run_id: run, key: 'acc', value: 0.9, timestamp: 1 }
  await ask('POST', 'runs/log-metric', metric)
  const made = await ask('POST', 'logged-models', {
    ...{ experiment_id: experiment, name: 'clf', source_run_id: run },
  })
  const model = made.body.model.info.model_id as string
  const root = `mlflow-artifacts:/${experiment}/models/${model}/artifacts`
  const base = `${url}/api/2.0/mlflow-artifacts/artifacts/${root.slice('mlflow-artifacts:/'.length)}`
  await fetch(`${base}/MLmodel`, { method: 'PUT', body: 'flavors: {}' })

  const register = async (name: string, source: string, more: object = {}): Promise<Loose> => {
    await ask('POST', 'registered-models/create', { name })
    const { body } = await ask('POST', 'model-versions/create', { name, source, ...more })
    return body.model_version
  }
  const first = await register('m', `models:/${model}`, { model_id: model })
  const copy = await register('copied', 'models:/m/1')
  const ofRun = await register('ofRun', `runs:/${run}/model`)
  assert.deepEqual(
    [first, copy, ofRun].map((version) => version.run_id),
    [run, run, run],
  )
  const found = await ask('GET', `model-versions/search?filter=run_id%20%3D%20'${run}'`)
  assert.equal(found.body.model_versions.length, 3)
  const { version } = (await (await fetch(`${url}/api/models/m/versions/1`)).json()) as Loose
  assert.equal(version.run, run)
  assert.deepEqual(version.metrics, { acc: 0.9 })

  for (const name of ['m', 'copied']) {
    const { body } = await ask('GET', `model-versions/get-download-uri?name=${name}&version=1`)
    assert.equal(body.artifact_uri, root, 'a client of MLflow 2 knows no addresses of models')
  }
})

test('versions stand as MLflow lists them: what was changed last comes first, then names, then the greatest number', async (t) => {
  const { ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  await ask('POST', 'registered-models/create', { name: 'm' })
  for (let i = 0; i < 3; i++) {
    await ask('POST', 'model-versions/create', { name: 'm', source: `runs:/${run}/model` })
  }
  const listed = async (query: string): Promise<readonly string[]> => {
    const { body } = await ask('GET', `model-versions/search?filter=name%3D'm'${query}`)
    return body.model_versions.map((each: Loose) => each.version)
  }
  await new Promise((resolve) => setTimeout(resolve, 5))
  await ask('PATCH', 'model-versions/update', { name: 'm', version: '1', description: 'new' })
  assert.deepEqual(await listed(''), ['1', '3', '2'])
  assert.deepEqual(await listed('&order_by=name'), ['3', '2', '1'])
})

test('the card of a version names the data sets that its run logged, with what each was for', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const datasets = [
    { name: 'iris', digest: '8ab7', context: 'training' },
    { name: 'held', digest: 'c0de', context: undefined },
  ].map(({ context, ...dataset }) => ({
    dataset: { ...dataset, source_type: 'local', source: '{}' },
    tags: context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }],
  }))
  await ask('POST', 'runs/log-inputs', { run_id: run, datasets })
  await fetch(
    `${url}/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/model/MLmodel`,
    { method: 'PUT', body: 'flavors: {}\n' },
  )
  await ask('POST', 'registered-models/create', { name: 'm' })
  await ask('POST', 'model-versions/create', { name: 'm', source: `runs:/${run}/model` })
  const caller = httpCaller({ url })
  const { models } = operations
  const data = /- Data: (.*)/
  const first = await caller.call(models.version, { name: 'm', version: 1 })
  const told = data.exec(first.version.card)?.[1]?.split(', ').toSorted()
  assert.deepEqual(told, ['held (`c0de`)', 'iris (`8ab7`) for training'])
  const { version } = await caller.call(models.register, { name: 'other', run })
  assert.equal(data.exec(version.card)?.[1]?.split(', ').toSorted()[1], told?.[1])
})

test('a version has the commit that MLflow’s client recorded of its run, and a card that claims no ranges where none are known', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const made = await ask('POST', 'experiments/create', { name: 'e' })
  const experiment = made.body.experiment_id as string
  const tags = Object.entries({
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': 'train.py',
    'mlflow.source.git.commit': '9c9c5f897c',
  }).map(([key, value]) => ({ key, value }))
  const { body } = await ask('POST', 'runs/create', { experiment_id: experiment, tags })
  const run = body.run.info.run_id as string
  const signature = `signature:
  inputs: '[{"name": "age", "type": "double", "required": true}]'
  outputs: '[{"name": "risk", "type": "double", "required": true}]'
`
  await fetch(
    `${url}/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/model/MLmodel`,
    { method: 'PUT', body: `flavors: {}\n${signature}` },
  )
  await ask('POST', 'registered-models/create', { name: 'm' })
  await ask('POST', 'model-versions/create', { name: 'm', source: `runs:/${run}/model` })
  const answer = await fetch(`${url}/api/models/m/versions/1`)
  const { version } = (await answer.json()) as Loose
  assert.equal(version.code, '9c9c5f897c')
  assert.match(version.card, /\| age \| number \|/)
  assert.match(version.card, /- Code: 9c9c5f897c/)
  assert.doesNotMatch(version.card, /in the ranges above|held back|\| from \|/)
})
