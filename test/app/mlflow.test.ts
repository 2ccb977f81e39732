import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { runningServer } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

/** What the Python client 3.17.2 was seen to call, what the R and Java clients call besides, and what its page asks for. */
const calls = `
GET /version
GET /health
GET /api/3.0/mlflow/server-info
POST experiments/create experiments/delete experiments/delete-experiment-tag experiments/restore experiments/search
POST experiments/set-experiment-tag experiments/update
GET experiments/get experiments/get-by-name experiments/search
POST runs/create runs/delete runs/delete-tag runs/log-batch runs/log-inputs runs/log-metric runs/log-parameter runs/outputs
POST runs/restore runs/search runs/set-tag runs/update runs/log-model
GET runs/get metrics/get-history metrics/get-history-bulk-interval artifacts/list
POST logged-models logged-models/search logged-models/m-1/params
GET logged-models/m-1
PATCH logged-models/m-1 logged-models/m-1/tags
DELETE logged-models/m-1 logged-models/m-1/tags/k
GET registered-models/alias registered-models/get registered-models/search registered-models/get-latest-versions
POST registered-models/alias registered-models/create registered-models/get-latest-versions registered-models/rename
POST registered-models/set-tag
DELETE registered-models/alias registered-models/delete registered-models/delete-tag
PATCH registered-models/update model-versions/update
POST model-versions/create model-versions/set-tag model-versions/transition-stage
DELETE model-versions/delete model-versions/delete-tag
GET model-versions/get model-versions/get-download-uri model-versions/search
GET /api/2.0/mlflow-artifacts/artifacts /api/2.0/mlflow-artifacts/artifacts/1/2/artifacts/x
PUT /api/2.0/mlflow-artifacts/artifacts/1/2/artifacts/x
DELETE /api/2.0/mlflow-artifacts/artifacts/1/2/artifacts/x
POST /v1/traces /api/3.0/mlflow/traces /api/3.0/mlflow/traces/search /api/3.0/mlflow/traces/tr-1/assessments
GET /api/3.0/mlflow/traces/batchGet /api/3.0/mlflow/traces/get /api/3.0/mlflow/traces/tr-1
POST traces/delete-traces
PATCH traces/tr-1/tags traces/tr-1 /api/3.0/mlflow/traces/tr-1/tags /api/3.0/mlflow/traces/tr-1/assessments/a-1
DELETE traces/tr-1/tags /api/3.0/mlflow/traces/tr-1/tags /api/3.0/mlflow/traces/tr-1/assessments/a-1
GET /api/3.0/mlflow/traces/tr-1/assessments/a-1
POST /api/3.0/mlflow/traces/calculate-filter-correlation /api/3.0/mlflow/traces/metrics
POST /api/3.0/mlflow/issues /api/3.0/mlflow/issues/search
GET /api/3.0/mlflow/issues/iss-1 /api/3.0/mlflow/scorers/online-configs
PUT /api/3.0/mlflow/scorers/online-config
PATCH /api/3.0/mlflow/issues/iss-1
POST traces traces/link-to-run traces/link-prompts /api/3.0/mlflow/traces/batchGetInfos /api/3.0/mlflow/traces/delete-traces
GET traces traces/tr-1/info get-trace-artifact
GET metrics/get-history-bulk logged-models/m-1/artifacts/directories logged-models/m-1/artifacts/files
GET /get-artifact /model-versions/get-artifact
POST experiments/search-datasets upload-artifact
POST /api/2.0/mlflow-artifacts/mpu/create/x /api/2.0/mlflow-artifacts/mpu/complete/x /api/2.0/mlflow-artifacts/mpu/abort/x
POST artifacts/presigned-upload-url artifacts/presigned-download-url
POST /api/3.0/mlflow/label-schemas/create
GET /api/3.0/mlflow/label-schemas/get /api/3.0/mlflow/label-schemas/get-by-name /api/3.0/mlflow/label-schemas/list
PATCH /api/3.0/mlflow/label-schemas/update
DELETE /api/3.0/mlflow/label-schemas/delete
POST /api/3.0/mlflow/review-queues/create /api/3.0/mlflow/review-queues/get-or-create-user
POST /api/3.0/mlflow/review-queues/update /api/3.0/mlflow/review-queues/delete
GET /api/3.0/mlflow/review-queues/get /api/3.0/mlflow/review-queues/get-by-name /api/3.0/mlflow/review-queues/list
POST /api/3.0/mlflow/review-queues/items/add /api/3.0/mlflow/review-queues/items/remove
POST /api/3.0/mlflow/review-queues/items/set-status
GET /api/3.0/mlflow/review-queues/items/list
GET /graphql
POST /graphql
`

/** What a server of MLflow has and this one has not: clients read the 404 without a code as that. */
const absent = `
GET gateway-proxy
POST gateway-proxy runs/create-promptlab-run
GET /api/3.0/jobs/1 /api/3.0/mlflow/workspaces /api/2.0/mlflow/server-features
`

test('what clients have words for and this server has not is refused with a way out', async (t) => {
  const { ask } = await mlflowServer(t)
  const calls = [
    ['POST', '/api/3.0/mlflow/gateway/endpoints/create', /not offered: there is no gateway/],
    ['GET', '/ajax-api/3.0/mlflow/gateway/secrets/list', /not offered: there is no gateway/],
    ['POST', '/api/3.0/mlflow/prompt-optimization/jobs', /register what you found/],
  ] as const
  for (const [method, path, said] of calls) {
    const { status, body } = await ask(method, path, method === 'GET' ? undefined : {})
    assert.deepEqual([status, body.error_code], [404, 'ENDPOINT_NOT_FOUND'], path)
    assert.match(body.message, said)
  }
})

test('what this server does not offer is a 404 without an error code', async (t) => {
  const { ask } = await mlflowServer(t)
  for (const line of absent.trim().split('\n')) {
    const [method = '', ...paths] = line.split(' ')
    for (const path of paths) {
      const { status, body } = await ask(method, path, method === 'GET' ? undefined : {})
      assert.equal(status, 404, path)
      assert.equal(body.error_code, undefined, path)
    }
  }
})

test('every call that MLflow’s clients make has a route, and so has its twin below /ajax-api', async (t) => {
  const { ask } = await mlflowServer(t)
  let asked = 0
  for (const line of calls.trim().split('\n')) {
    const [method = '', ...paths] = line.split(' ')
    for (const path of paths) {
      const full = path.startsWith('/') ? path : `/api/2.0/mlflow/${path}`
      for (const each of new Set([full, full.replace(/^\/api\//, '/ajax-api/')])) {
        const { status, body } = await ask(method, each, method === 'GET' ? undefined : {})
        const known = status !== 404 || body.error_code === 'RESOURCE_DOES_NOT_EXIST'
        assert.ok(known, `${method} ${each} answered ${status} ${JSON.stringify(body)}`)
        asked++
      }
    }
  }
  assert.ok(asked > 175, `${asked} were asked`)
})

test('a path nobody knows is a 404 without an error code, which clients read as a missing endpoint', async (t) => {
  const { ask } = await mlflowServer(t)
  const { status, body } = await ask('GET', 'no-such-thing')
  assert.equal(status, 404)
  assert.equal(body.error_code, undefined)
})

test('times are JSON numbers, fields nobody knows are ignored, and run_uuid does for run_id', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const start = 1_700_000_000_123
  const made = await ask('POST', 'runs/create', {
    experiment_id: experiment,
    start_time: start,
    nobody_knows: [1],
  })
  const { info } = made.body.run
  assert.equal(info.start_time, start)
  assert.match(info.run_id, /^[0-9a-f]{32}$/)
  assert.equal(info.artifact_uri, `mlflow-artifacts:/${experiment}/${info.run_id}/artifacts`)
  const got = await ask('GET', `runs/get?run_uuid=${info.run_id}`)
  assert.deepEqual(got.body.run.info, info)
})

test('NaN and the infinities go in and come out as texts; the latest value is the greatest by step, time, value', async (t) => {
  const { ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const metrics = [
    { key: 'nan', value: 'NaN', timestamp: 1, step: 0 },
    { key: 'inf', value: '-Infinity', timestamp: 1, step: 0 },
    { key: 'loss', value: 3, timestamp: 9, step: 1 },
    { key: 'loss', value: 1, timestamp: 1, step: 2 },
    { key: 'loss', value: 2, timestamp: 1, step: 2 },
  ]
  assert.equal((await ask('POST', 'runs/log-batch', { run_id: run, metrics })).status, 200)
  const { body } = await ask('GET', `runs/get?run_id=${run}`)
  const values = Object.fromEntries(
    body.run.data.metrics.map((metric: Loose) => [metric.key, metric.value]),
  )
  assert.deepEqual(values, { nan: 'NaN', inf: '-Infinity', loss: 2 })
  const history = await ask('GET', `metrics/get-history?run_id=${run}&metric_key=loss`)
  assert.deepEqual(
    history.body.metrics.map((metric: Loose) => [metric.step, metric.value]),
    [
      [2, 1],
      [2, 2],
      [1, 3],
    ],
  )
})

test('no mistake of a caller is answered with a status that its client would try again on', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const gone = (await ask('POST', 'experiments/create', { name: 'gone' })).body.experiment_id
  await ask('POST', 'experiments/delete', { experiment_id: gone })
  await ask('POST', 'registered-models/create', { name: 'm' })
  const source = `runs:/${run}/model`
  await ask('POST', 'model-versions/create', { name: 'm', source, run_id: run })
  const stage = { name: 'm', version: '1', archive_existing_versions: true }
  const point = { key: 'm', value: 1, timestamp: 1, step: 0 }
  const pair = { key: 'twice', value: '1' }
  const long = 'k'.repeat(300)
  const data = { dataset: { name: 'n', digest: 'd' } }
  const mistakes: readonly (readonly [string, unknown])[] = [
    ['experiments/update', { experiment_id: gone, new_name: 'x' }],
    ['experiments/create', '[1]'],
    ['experiments/create', '"text"'],
    ['experiments/create', '7'],
    ['experiments/create', '{nonsense'],
    ['experiments/create', { name: 'x'.repeat(1_000_000) }],
    ['experiments/create', { name: 'a', artifact_location: 'http://127.0.0.1:9/#/../../etc' }],
    ['experiments/create', { name: 'a', artifact_location: 'file:///etc' }],
    ['model-versions/transition-stage', { ...stage, stage: 'None' }],
    ['model-versions/transition-stage', { ...stage, stage: 'Archived' }],
    ['logged-models/search', { experiment_ids: [experiment], filter: "colour = 'x'" }],
    ['logged-models/search', { experiment_ids: [experiment], filter: "metrics.a > 'x'" }],
    ['runs/log-batch', { run_id: run, params: [1] }],
    ['runs/log-metric', { run_id: run, key: 'm', value: {}, timestamp: 1 }],
    ['runs/log-metric', { run_id: run, key: 'm', value: 'many', timestamp: 1 }],
    ['runs/log-metric', { run_id: run, key: 'm', value: 1, timestamp: 1, step: 2 ** 70 }],
    ['runs/create', { experiment_id: '99999999999999999999999' }],
    ['runs/search', { experiment_ids: [experiment], order_by: ['start_time', 'start_time'] }],
    ['runs/search', { experiment_ids: [experiment], order_by: ['metrics.a,metrics.b'] }],
    ['runs/log-metric', { run_id: run, ...point, timestamp: -1 }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, timestamp: -1 }] }],
    ['runs/set-tag', { run_id: run, key: 'user@host', value: 'x' }],
    ['runs/create', { experiment_id: experiment, tags: [{ key: long, value: 'x' }] }],
    ['registered-models/create', { name: 'm\nprocess.exit(1)' }],
    ['registered-models/create', { name: 'n', tags: [{ key: long, value: 'v' }] }],
    ['registered-models/set-tag', { name: 'm', key: long, value: 'v' }],
    ['model-versions/create', { name: 'm', source: `runs:/${run}/m`, version: 2 ** 53 - 1 }],
    ['model-versions/create', { name: 'm', source: `runs:/${run}/m`, version: 0 }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, dataset_name: long + long }] }],
    ['runs/log-inputs', { run_id: run, datasets: [{ ...data, tags: [{ key: long, value: '' }] }] }],
    [
      'runs/log-inputs',
      { run_id: run, datasets: [{ dataset: { ...data.dataset, source: 'x'.repeat(70_000) } }] },
    ],
    ['registered-models/create', { name: 'm\u2028process.exit(1)' }],
    ['runs/search', { experiment_ids: [experiment], page_token: '!' }],
    ['runs/search', { experiment_ids: [experiment], max_results: 50_001 }],
    ['runs/search', { experiment_ids: [experiment], run_view_type: 'SOME' }],
    ['model-versions/create', { name: 'm', source: `runs:/${run}/a%00`, run_id: run }],
    // What MLflow takes without a word, and loses.
    ['runs/update', { run_id: run, status: 'DONE' }],
    ['runs/create', { experiment_id: experiment, tags: 'a' }],
    ['runs/create', { experiment_id: experiment, tags: [{ key: {}, value: 'x' }] }],
    ['runs/create', { experiment_id: experiment, tags: [{ key: 'k', value: {} }] }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, value: 'many' }] }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, value: null }] }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, value: {} }] }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, step: 2 ** 63 }] }],
    ['runs/log-batch', { run_id: run, metrics: [{ ...point, timestamp: 1e300 }] }],
    ['runs/log-batch', { run_id: run, metrics: [7] }],
    ['runs/log-batch', { run_id: run, metrics: Array(1001).fill(point) }],
    ['runs/log-batch', { run_id: run, params: [pair, pair] }],
    ['runs/log-inputs', { run_id: run, datasets: [{ dataset: { digest: 'd' } }] }],
    ['runs/log-inputs', { run_id: run, datasets: [{ dataset: { name: 'n' } }] }],
    [
      'runs/log-inputs',
      { run_id: run, datasets: [{ dataset: { name: 'n', digest: 'd'.repeat(37) } }] },
    ],
    ['runs/log-model', { run_id: run, model_json: '{"flavors":{}}' }],
    ['runs/log-model', { run_id: run, model_json: '[' }],
  ]
  for (const [path, body] of mistakes) {
    const { status, body: answer } = await ask('POST', path, body)
    const shown = `${path} ${JSON.stringify(body).slice(0, 90)} → ${status} ${JSON.stringify(answer)}`
    assert.ok(status === 400 || status === 404, shown)
    assert.match(answer.error_code, /^(?:INVALID_PARAMETER_VALUE|RESOURCE_DOES_NOT_EXIST)$/, shown)
  }
})

test('a run may be made with tags whose keys hold any signs, is found by them and loses them', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const tags = ['user@host', 'build (nightly)', 'a,b', "it's"].map((key) => ({ key, value: 'x' }))
  const { body } = await ask('POST', 'runs/create', { experiment_id: experiment, tags })
  const kept = body.run.data.tags.filter(({ key }: Loose) => !key.startsWith('mlflow.'))
  assert.deepEqual(new Set(kept.map(({ key }: Loose) => key)), new Set(tags.map(({ key }) => key)))
  for (const { key } of tags) {
    const filter = `tags.\`${key}\` = 'x'`
    const search = { experiment_ids: [experiment], filter }
    assert.equal((await ask('POST', 'runs/search', search)).body.runs.length, 1, filter)
    const gone = await ask('POST', 'runs/delete-tag', { run_id: body.run.info.run_id, key })
    assert.equal(gone.status, 200)
  }
})

test('addresses that lead out of a run’s files are no source of a version', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  await ask('POST', 'registered-models/create', { name: 'm' })
  const out = [
    '/etc',
    '//proc/self/root/etc',
    '///etc',
    'file:/etc',
    'file:etc',
    'file:///x\\..\\..\\etc',
    'http://169.254.169.254/latest',
    'http://h/a;../../../etc',
    's3a://b/x/../../../',
    'dbfs:/R/artifacts/a%3f/../../../../etc',
    'mlflow-artifacts://h:9000/models/../../../',
    `mlflow-artifacts:/${experiment}/${run}/../../etc`,
    `runs:/${run}/..%2f..%2fetc`,
    `runs:/${'0'.repeat(32)}/model`,
    'C:/x',
    '../etc',
  ]
  for (const source of out) {
    for (const tags of [[], [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]]) {
      const body = { name: 'm', source, run_id: run, tags }
      const { status } = await ask('POST', 'model-versions/create', body)
      assert.equal(status, 400, `${source} with ${tags.length} tags`)
    }
  }
})

test('files come back byte for byte, whole or in part, and no path leads elsewhere', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const base = `${url}/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts`
  const content = randomBytes(300_000)
  const put = await fetch(`${base}/deep/er/data.bin`, { method: 'PUT', body: content })
  assert.equal(put.status, 200)
  const whole = await fetch(`${base}/deep/er/data.bin`)
  const digest = (bytes: ArrayBuffer | Buffer): string =>
    createHash('sha256')
      .update(Buffer.from(bytes as ArrayBuffer))
      .digest('hex')
  assert.equal(digest(await whole.arrayBuffer()), digest(content))
  assert.match(whole.headers.get('content-disposition') ?? '', /^attachment/)
  assert.equal(whole.headers.get('x-content-type-options'), 'nosniff')
  const part = await fetch(`${base}/deep/er/data.bin`, {
    headers: { range: 'bytes=1000-1999' },
  })
  assert.equal(part.status, 206)
  assert.equal(part.headers.get('content-range'), 'bytes 1000-1999/300000')
  assert.equal(digest(await part.arrayBuffer()), digest(content.subarray(1000, 2000)))
  const listed = await ask('GET', `artifacts/list?run_id=${run}&path=deep`)
  assert.deepEqual(listed.body.files, [{ path: 'deep/er', is_dir: true }])
  for (const path of ['../x', 'a/../../b', '/etc/passwd', '%252e%252e%252fx', 'a\\..\\b']) {
    const { status } = await ask('GET', `/get-artifact?run_id=${run}&path=${path}`)
    assert.ok(status === 400 || (path === '/etc/passwd' && status === 404), `${path}: ${status}`)
  }
  for (const path of ['.', '%2e', '']) {
    const { status } = await ask('DELETE', `/api/2.0/mlflow-artifacts/artifacts/${path}`)
    assert.ok(status === 400 || status === 404, `DELETE ${path}: ${status}`)
  }
  assert.equal((await fetch(`${base}/deep/er/data.bin`)).status, 200, 'nothing was deleted')
})

test('a run that a pipeline logged is the same run for MLflow’s clients, and the other way', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  await ask('POST', 'runs/log-parameter', { run_id: run, key: 'lr', value: '0.1' })
  const own = await (await fetch(`${url}/api/runs/${run}`)).json()
  assert.equal((own as Loose).run.params.lr, '0.1')
  const made = await fetch(`${url}/api/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ experiment: 'own', params: { k: 5 }, name: 'KNN' }),
  })
  const { run: ours } = (await made.json()) as { run: { id: string } }
  const seen = await ask('GET', `runs/get?run_id=${ours.id}`)
  assert.deepEqual(seen.body.run.data.params, [{ key: 'k', value: '5' }])
  assert.equal(seen.body.run.info.run_name, 'KNN')
})

test('an alias that a model’s gate guards does not move for an MLflow client either', async (t) => {
  const { url, ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  await ask('POST', 'registered-models/create', { name: 'm' })
  await ask('POST', 'model-versions/create', {
    name: 'm',
    source: `runs:/${run}/model`,
    run_id: run,
  })
  const alias = { name: 'm', alias: 'champion', version: '1' }
  assert.equal((await ask('POST', 'registered-models/alias', alias)).status, 200)
  await ask('DELETE', 'registered-models/alias?name=m&alias=champion')
  const set = await fetch(`${url}/api/models/m/requirements`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ requirements: [{ kind: 'metric', metric: 'f1', min: 0.5 }] }),
  })
  assert.equal(set.status, 200, await set.text())
  const refused = await ask('POST', 'registered-models/alias', alias)
  assert.equal(refused.status, 400)
  assert.equal(refused.body.error_code, 'INVALID_PARAMETER_VALUE')
})

test('a client that names no experiment logs into the one called Default, which is there when it is asked for', async (t) => {
  const { ask } = await mlflowServer(t)
  const made = await ask('POST', 'runs/create', { experiment_id: '0' })
  assert.equal(made.body.run.info.experiment_id, '0')
  const named = await ask('GET', 'experiments/get-by-name?experiment_name=Default')
  assert.equal(named.body.experiment.experiment_id, '0')
  await ask('POST', 'experiments/update', { experiment_id: '0', new_name: 'renamed' })
  const again = await ask('POST', 'experiments/create', { name: 'Default' })
  assert.notEqual(again.body.experiment_id, '0')
})

test('what MLflow’s clients write of experiments, logged models, inputs and traces is told to the pages', async (t) => {
  const { url, app } = await runningServer(t)
  const heard: string[] = []
  const ended = new AbortController()
  t.after(() => ended.abort())
  const listening = (async () => {
    for await (const { area } of app.eventsOf('default').listen(ended.signal)) heard.push(area)
  })()
  const post = async (path: string, body: object) => {
    const before = heard.length
    const answer = await fetch(`${url}/api/2.0/mlflow/${path}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: JSON.stringify(body),
    })
    assert.equal(answer.status, 200, path)
    await new Promise((resolve) => setTimeout(resolve, 20))
    return { told: heard.slice(before), answer: (await answer.json()) as Record<string, unknown> }
  }
  const made = await post('experiments/create', { name: 'told' })
  const experiment_id = String(made.answer.experiment_id)
  assert.deepEqual(made.told, ['runs'])
  const tagged = { experiment_id, key: 'team', value: 'red' }
  assert.deepEqual((await post('experiments/set-experiment-tag', tagged)).told, ['runs'])
  assert.deepEqual((await post('logged-models', { experiment_id, name: 'm' })).told, ['runs'])
  assert.deepEqual((await post('experiments/search', { max_results: 5 })).told, [])
  ended.abort()
  await listening
})
