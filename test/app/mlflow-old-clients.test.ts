import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Loose } from '../support/loose.ts'
import { mlflowServer, newRun, type Ask } from './support/mlflow-server.ts'

const done = async (ask: Ask, method: string, path: string, body?: unknown): Promise<Loose> => {
  const answer = await ask(method, path, body)
  assert.equal(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`)
  return answer.body
}

test('what the R client sends works: run_uuid beside run_id, log-model, stages, get-latest-versions', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment_id } = await done(ask, 'POST', 'experiments/create', { name: 'from R' })
  const created = await done(ask, 'POST', 'runs/create', {
    ...{ experiment_id, user_id: 'r', start_time: 1_700_000_000_000 },
    tags: [{ key: 'mlflow.source.type', value: 'LOCAL' }],
  })
  const id = created.run.info.run_uuid as string
  assert.equal(id, created.run.info.run_id)
  const both = { run_uuid: id, run_id: id }
  await done(ask, 'POST', 'runs/log-metric', { ...both, key: 'rmse', value: 0.5, timestamp: 1 })
  await done(ask, 'POST', 'runs/log-metric', { run_uuid: id, key: 'rmse', value: 0.4, step: 1 })
  await done(ask, 'POST', 'runs/log-parameter', { run_uuid: id, key: 'mtry', value: '3' })
  await done(ask, 'POST', 'runs/set-tag', { run_uuid: id, key: 'team', value: 'r' })
  for (const path of ['model', 'other']) {
    const model_json = JSON.stringify({
      ...{ artifact_path: path, flavors: { crate: { model: 'crate.bin' } }, run_id: id },
      utc_time_created: '24-01-01T00:00:00.0',
    })
    await done(ask, 'POST', 'runs/log-model', { run_id: id, model_json })
  }
  const { run } = await done(ask, 'GET', `runs/get?run_uuid=${id}&run_id=${id}`)
  assert.deepEqual(run.data.metrics, [{ ...run.data.metrics[0], key: 'rmse', value: 0.4, step: 1 }])
  const history = run.data.tags.find((tag: Loose) => tag.key === 'mlflow.log-model.history')
  assert.deepEqual(
    JSON.parse(history.value).map((model: Loose) => model.artifact_path),
    ['model', 'other'],
  )
  await done(ask, 'GET', `artifacts/list?run_uuid=${id}&run_id=${id}`)
  await done(ask, 'POST', 'runs/update', {
    run_uuid: id,
    status: 'FINISHED',
    end_time: 1_700_000_001_000,
  })

  await done(ask, 'POST', 'registered-models/create', { name: 'forest' })
  for (let i = 0; i < 3; i++) {
    const source = `runs:/${id}/model`
    await done(ask, 'POST', 'model-versions/create', { name: 'forest', source, run_id: id })
  }
  const move = (version: string, stage: string): Promise<Loose> =>
    done(ask, 'POST', 'model-versions/transition-stage', {
      ...{ name: 'forest', version, stage, archive_existing_versions: true },
    })
  await move('1', 'production')
  assert.equal((await move('2', 'Production')).model_version.current_stage, 'Production')
  const stagesOf = async (query: string): Promise<readonly (readonly [string, string])[]> => {
    const { model_versions } = await done(
      ask,
      'GET',
      `registered-models/get-latest-versions?${query}`,
    )
    return model_versions.map((each: Loose) => [each.version, each.current_stage])
  }
  assert.deepEqual(await stagesOf('name=forest&stages=Production'), [['2', 'Production']])
  const all = await stagesOf('name=forest')
  assert.deepEqual(
    all.toSorted(([a], [b]) => a.localeCompare(b)),
    [
      ['1', 'Archived'],
      ['2', 'Production'],
      ['3', 'None'],
    ],
  )
  // its truth values are capitals in a text, and it searches by POST: MLflow's own server refuses both
  await done(ask, 'POST', 'model-versions/transition-stage', {
    ...{ name: 'forest', version: '1', stage: 'Staging', archive_existing_versions: 'FALSE' },
  })
  assert.deepEqual(await stagesOf('name=forest&stages=Staging'), [['1', 'Staging']])
  const found = await done(ask, 'POST', 'registered-models/search', {
    ...{ filter: "name LIKE 'for%'", max_results: 100, order_by: [] },
  })
  assert.deepEqual(
    found.registered_models.map((each: Loose) => each.name),
    ['forest'],
  )
  const posted = await done(ask, 'POST', 'registered-models/get-latest-versions', {
    ...{ name: 'forest', stages: ['None'] },
  })
  assert.equal(posted.model_versions[0].version, '3')
  const renamed = await done(ask, 'POST', 'registered-models/rename', {
    ...{ name: 'forest', new_name: 'wood' },
  })
  assert.equal(renamed.registered_model.name, 'wood')
  await done(ask, 'PATCH', 'registered-models/update', { name: 'wood', description: 'd' })
  await done(ask, 'DELETE', 'registered-models/delete', { name: 'wood' })
})

test('what the Java client sends works: searches by POST, bodies that are JSON in a JSON text, numbers as texts', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  // Its JSON of protobuf writes 64 bit integers as texts.
  const metric = {
    run_id: run,
    run_uuid: run,
    key: 'loss',
    value: 0.25,
    timestamp: '17',
    step: '3',
  }
  await done(ask, 'POST', 'runs/log-metric', metric)
  await done(ask, 'POST', 'runs/log-batch', {
    run_id: run,
    metrics: [{ key: 'acc', value: 'NaN', timestamp: '17', step: '4' }],
    params: [{ key: 'p', value: 'x'.repeat(7000) }],
    tags: [{ key: 't', value: 'y'.repeat(9000) }],
  })
  const encoded = JSON.stringify(JSON.stringify({ run_id: run, key: 'twice', value: 'encoded' }))
  await done(ask, 'POST', 'runs/set-tag', encoded)
  const { runs } = await done(ask, 'POST', 'runs/search', {
    experiment_ids: [experiment],
    filter: "metrics.loss < 1 and tags.twice = 'encoded'",
    run_view_type: 'ACTIVE_ONLY',
    max_results: 10,
  })
  assert.equal(runs.length, 1)
  const { data } = runs[0]
  assert.deepEqual(
    data.metrics.map(({ key, value, timestamp, step }: Loose) => [key, value, timestamp, step]),
    [
      ['loss', 0.25, 17, 3],
      ['acc', 'NaN', 17, 4],
    ],
  )
  const long = (list: Loose[], key: string): number =>
    String(list.find((each) => each.key === key)?.value).length
  assert.deepEqual([long(data.params, 'p'), long(data.tags, 't')], [6000, 8000])
  const { experiments } = await done(ask, 'POST', 'experiments/search', {
    ...{ max_results: 5, view_type: 'ALL' },
  })
  assert.ok(experiments.some((each: Loose) => each.experiment_id === experiment))
  await done(ask, 'POST', 'runs/delete', { run_id: run })
  await done(ask, 'POST', 'runs/restore', { run_id: run })
})

test('traces as MLflow 2 told of them: begun, ended, found, and the same trace for version 3', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const begun = await done(ask, 'POST', 'traces', {
    experiment_id: experiment,
    timestamp_ms: 1_700_000_000_000,
    request_metadata: [{ key: 'mlflow.trace_schema.version', value: '2' }],
    tags: [{ key: 'mlflow.traceName', value: 'answer' }],
  })
  const id = begun.trace_info.request_id as string
  assert.match(id, /^tr-[0-9a-f]{32}$/)
  assert.equal(begun.trace_info.status, 'IN_PROGRESS')
  const ended = await done(ask, 'PATCH', `traces/${id}`, {
    timestamp_ms: 1_700_000_000_250,
    status: 'OK',
    request_metadata: [{ key: 'mlflow.traceInputs', value: '{}' }],
    tags: [{ key: 'team', value: 'a' }],
  })
  assert.equal(ended.trace_info.execution_time_ms, 250)
  assert.equal(ended.trace_info.request_metadata.length, 2)
  const info = await done(ask, 'GET', `traces/${id}/info`)
  assert.deepEqual(info, ended)
  const filter = encodeURIComponent("status = 'OK' and tags.team = 'a'")
  const found = await done(ask, 'GET', `traces?experiment_ids=${experiment}&filter=${filter}`)
  assert.deepEqual(found.traces, [ended.trace_info])
  const { trace } = await done(ask, 'GET', `/api/3.0/mlflow/traces/${id}`)
  assert.equal(trace.trace_info.execution_duration, '0.250s')
  await done(ask, 'POST', 'traces/link-to-run', { trace_ids: [id], run_id: run })
  const linked = await done(ask, 'POST', '/api/3.0/mlflow/traces/search', {
    locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }],
    filter: `attributes.run_id = '${run}'`,
  })
  assert.deepEqual(
    linked.traces.map((each: Loose) => each.trace_id),
    [id],
  )
})

test('experiment 0 is Default under whatever identifier it was made, where it is read as where it is written', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment_id } = await done(ask, 'POST', 'experiments/create', { name: 'Default' })
  assert.notEqual(experiment_id, '0')
  const { run } = await done(ask, 'POST', 'runs/create', {})
  assert.equal(run.info.experiment_id, experiment_id)
  const { runs } = await done(ask, 'POST', 'runs/search', { experiment_ids: ['0'] })
  assert.deepEqual(
    runs.map((each: Loose) => each.info.run_id),
    [run.info.run_id],
  )
  const tag = { experiment_id: '0', key: 'team', value: 'a' }
  await done(ask, 'POST', 'experiments/set-experiment-tag', tag)
  const { experiment } = await done(ask, 'GET', 'experiments/get?experiment_id=0')
  assert.deepEqual(experiment.tags, [{ key: 'team', value: 'a' }])
  await done(ask, 'POST', 'traces', { experiment_id: '0', timestamp_ms: 1 })
  const found = await ask('POST', '/api/3.0/mlflow/traces/search', {
    locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } }],
  })
  assert.equal(found.body.traces.length, 1)
  assert.equal((await done(ask, 'GET', 'traces?experiment_ids=0')).traces.length, 1)
})

test('keys and values of a trace of MLflow 2 that are too long are cut', async (t) => {
  const { ask } = await mlflowServer(t)
  const { trace_info } = await done(ask, 'POST', 'traces', {
    ...{ experiment_id: '0', timestamp_ms: 1 },
    tags: [{ key: 'k'.repeat(300), value: 'v'.repeat(20_000) }],
  })
  const own = trace_info.tags.find(({ key }: Loose) => key.startsWith('kk'))
  assert.deepEqual([own.key.length, own.value.length], [250, 8000])
})
