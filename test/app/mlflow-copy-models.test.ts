import assert from 'node:assert/strict'
import { createServer, request as ask } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { copyMlflow, type RunningServer } from '#app'
import { runningServer } from '../support/home.ts'
import { mlflowPost as post } from '../support/mlflow-post.ts'

interface Filled {
  readonly experiments: readonly string[]
  readonly maker: string
  readonly reader: string
  readonly ready: string
  readonly pending: string
  readonly failed: string
}

async function finish(server: RunningServer, model: string, status: string): Promise<void> {
  await fetch(`${server.url}/api/2.0/mlflow/logged-models/${model}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model_id: model, status }),
  })
}

/** A run that makes three models in all states, and one of another experiment that reads and measures the first. */
async function fill(server: RunningServer): Promise<Filled> {
  const [a = '', b = ''] = [
    (await post(server, 'experiments/create', { name: 'a' })).experiment_id as string,
    (await post(server, 'experiments/create', { name: 'b' })).experiment_id as string,
  ]
  const runIn = async (experiment_id: string): Promise<string> =>
    (await post(server, 'runs/create', { experiment_id })).run.info.run_id as string
  const [maker, reader] = [await runIn(a), await runIn(b)]
  const modelOf = async (name: string): Promise<string> => {
    const params = Array.from({ length: 120 }, (_, i) => ({ key: `p${i}`, value: String(i) }))
    const given = { experiment_id: a, source_run_id: maker, name, params: params.slice(0, 100) }
    const { model } = await post(server, 'logged-models', given)
    const { model_id: id, artifact_uri: uri } = model.info as Record<string, string>
    await post(server, `logged-models/${id ?? ''}/params`, { params: params.slice(100) })
    const place = uri?.replace('mlflow-artifacts:/', '') ?? ''
    const file = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${place}/MLmodel`
    await fetch(file, { method: 'PUT', body: name })
    return id ?? ''
  }
  const [ready, pending, failed] = [
    await modelOf('ready'),
    await modelOf('pending'),
    await modelOf('failed'),
  ]
  await finish(server, ready, 'LOGGED_MODEL_READY')
  await finish(server, failed, 'LOGGED_MODEL_UPLOAD_FAILED')
  await post(server, 'runs/outputs', { run_id: maker, models: [{ model_id: ready, step: 5 }] })
  await post(server, 'runs/log-inputs', { run_id: reader, models: [{ model_id: ready }] })
  for (const [run_id, data, value] of [
    [maker, 'train', 0.9],
    [reader, 'test', 0.8],
  ] as const) {
    const measured = { model_id: ready, dataset_name: data, dataset_digest: 'd1' }
    const point = { key: 'accuracy', value, timestamp: 1, step: 3 }
    await post(server, 'runs/log-batch', { run_id, metrics: [{ ...point, ...measured }] })
    await post(server, 'runs/update', { run_id, status: 'FINISHED' })
  }
  return { experiments: [a, b], maker, reader, ready, pending, failed }
}

async function modelsIn(server: RunningServer, experiments: readonly string[], filter = '') {
  const { tracking } = await server.app.project('default')
  return (await tracking.searchLoggedModels({ experiments, filter })).items
}

async function servers(t: TestContext): Promise<readonly [RunningServer, RunningServer]> {
  return [await runningServer(t), await runningServer(t)]
}

test('a copy keeps the identifiers of experiments and logged models, what was measured on these, and which runs made and read them', async (t) => {
  const [from, to] = await servers(t)
  const filled = await fill(from)
  const { experiments, maker, reader, ready } = filled
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.problems, report.loggedModels], [[], 3])
  const { tracking } = await to.app.project('default')
  assert.equal((await tracking.experiment(experiments[1] ?? '')).name, 'b')
  const model = await tracking.loggedModel(ready)
  assert.equal(Object.keys(model.params).length, 120)
  assert.deepEqual(
    model.metrics.map((each) => [each.run, each.datasetName, each.datasetDigest, each.value]),
    [
      [reader, 'test', 'd1', 0.8],
      [maker, 'train', 'd1', 0.9],
    ],
  )
  const [found] = await modelsIn(to, experiments, 'metrics.accuracy > 0.85')
  assert.equal(found?.id, ready)
  const inputs = await tracking.inputsOf([maker, reader])
  assert.deepEqual(inputs.get(maker)?.outputs, [{ model: ready, step: 5 }])
  assert.deepEqual(inputs.get(reader)?.models, [ready])
  assert.equal((await tracking.history(maker, 'accuracy')).total, 1)
})

test('every point that was measured on a model goes out and comes in again, also into a copy that had the newest alone', async (t) => {
  const [from, to, back] = [await runningServer(t), await runningServer(t), await runningServer(t)]
  const { maker, reader, ready } = await fill(from)
  const values = Array.from({ length: 1200 }, (_, step) => (step === 1199 ? 'NaN' : step / 8))
  const metrics = values.map((value, step) => ({
    ...{ key: 'loss', value, step, timestamp: 5, model_id: ready },
    ...{ dataset_name: 'train', dataset_digest: 'd1' },
  }))
  for (const part of [metrics.slice(0, 600), metrics.slice(600)]) {
    await post(from, 'runs/log-batch', { run_id: maker, metrics: part })
  }
  const pointsOf = async (server: RunningServer): Promise<readonly string[]> => {
    const { tracking } = await server.app.project('default')
    const { points } = await tracking.modelPoints(ready, { limit: 9999 })
    return points.map(({ run, key, datasetName, step, value }) =>
      [run, key, datasetName, step, value].join(' '),
    )
  }
  const all = await pointsOf(from)
  assert.equal(all.length, 1202)
  assert.ok(all.includes(`${maker} loss train 1199 NaN`))
  assert.ok(all.includes(`${reader} accuracy test 3 0.8`))
  for (const [a, b] of [
    [from, to],
    [to, back],
  ] as const) {
    assert.deepEqual((await copyMlflow(a, b)).problems, [])
    assert.deepEqual(await pointsOf(b), all)
  }
  const { tracking } = await back.app.project('default')
  assert.equal((await tracking.history(maker, 'loss')).total, 1200)

  const old = await runningServer(t)
  await copyMlflow(from, old)
  const { metadata, tracking: before } = await old.app.project('default')
  await metadata.execute(`delete from logged_model_metrics where step < ?`, [[1000]])
  await before.setModelTags(ready, { 'tidemill.copied': 'true' })
  const again = await copyMlflow(from, old)
  assert.deepEqual([again.problems, await pointsOf(old)], [[], all])
})

test('models in any state are there once after several copies, and one that was unfinished is finished by the next', async (t) => {
  const [from, to] = await servers(t)
  const { experiments, ready, pending, failed } = await fill(from)
  await copyMlflow(from, to)
  const statesOf = async (): Promise<unknown> =>
    Object.fromEntries((await modelsIn(to, experiments)).map(({ id, status }) => [id, status]))
  const first = { [ready]: 'ready', [pending]: 'pending', [failed]: 'failed' }
  assert.deepEqual(await statesOf(), first)
  await finish(from, pending, 'LOGGED_MODEL_READY')
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.problems, report.loggedModels, report.files], [[], 1, 1])
  assert.deepEqual(await statesOf(), { ...first, [pending]: 'ready' })
  const again = await copyMlflow(from, to)
  assert.deepEqual([again.problems, again.loggedModels, again.before], [[], 0, 5])
})

test('a copy of a model that was cut short, or is of before there were metrics in copies, is gone on with', async (t) => {
  const [from, to] = await servers(t)
  const { experiments, ready, failed } = await fill(from)
  const [a = ''] = experiments
  const before = await post(to, 'experiments/create', { name: 'a', experiment_id: a })
  assert.equal(before.experiment_id, a)
  const copyOf = async (id: string, more: object): Promise<string> => {
    const tags = [{ key: 'tidemill.copied_from', value: id }]
    const { model } = await post(to, 'logged-models', { experiment_id: a, tags, ...more })
    return model.info.model_id as string
  }
  const [old, cut] = [
    await copyOf(ready, {}),
    await copyOf(failed, { params: [{ key: 'p1', value: '1' }] }),
  ]
  await finish(to, old, 'LOGGED_MODEL_READY')
  const report = await copyMlflow(from, to)
  assert.deepEqual(report.problems, [])
  const models = new Map((await modelsIn(to, experiments)).map((model) => [model.id, model]))
  assert.equal(models.size, 3)
  assert.equal(models.get(old)?.metrics.length, 2)
  assert.equal(models.get(cut)?.status, 'failed')
  assert.equal(Object.keys(models.get(cut)?.params ?? {}).length, 120)
})

test('identifiers that are taken are left to who has them', async (t) => {
  const [from, to] = await servers(t)
  const { experiments, ready } = await fill(from)
  const [a = '', b = ''] = experiments
  await post(to, 'experiments/create', { name: 'own', experiment_id: a })
  await post(to, 'logged-models', { experiment_id: a, model_id: ready, name: 'own' })
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.problems, report.loggedModels], [[], 3])
  const { tracking } = await to.app.project('default')
  const copy = await tracking.findExperiment('a')
  assert.notEqual(copy?.id, a)
  assert.equal((await tracking.loggedModel(ready)).name, 'own')
  const found = await modelsIn(to, [copy?.id ?? ''], 'metrics.accuracy > 0.85')
  assert.deepEqual([found.length, found[0]?.name], [1, 'ready'])
  assert.equal((await tracking.findExperiment('b'))?.id, b)
})

test('a run that was still going on gets the rest with the next copy, and one that was removed there stays removed', async (t) => {
  const [from, to] = await servers(t)
  const { experiments, maker, reader } = await fill(from)
  const { run } = await post(from, 'runs/create', { experiment_id: experiments[0] })
  const { run_id: id } = run.info as { run_id: string }
  const log = (step: number): Promise<unknown> =>
    post(from, 'runs/log-metric', { run_id: id, key: 'loss', value: step, timestamp: 1, step })
  await log(1)
  await copyMlflow(from, to)
  await log(2)
  await post(from, 'runs/update', { run_id: id, status: 'FINISHED' })
  await post(to, 'runs/delete', { run_id: reader })
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.problems, report.runs], [[], 1])
  const { tracking } = await to.app.project('default')
  assert.equal((await tracking.run(id)).status, 'finished')
  assert.equal((await tracking.history(id, 'loss')).total, 2)
  const left = await tracking.search({ experiments })
  assert.deepEqual(left.items.map((each) => each.id).toSorted(), [id, maker].toSorted())
})

test('runs that were moved after they had come are where they are now, with their models, and come no second time', async (t) => {
  const [from, to] = await servers(t)
  const { experiments, maker, ready } = await fill(from)
  await copyMlflow(from, to)
  const { tracking } = await to.app.project('default')
  const { id: other } = await tracking.createExperiment({ name: 'elsewhere' })
  await tracking.moveRuns([maker], other)
  assert.equal((await tracking.loggedModel(ready)).experiment, other)
  const report = await copyMlflow(from, to)
  assert.deepEqual([report.problems, report.runs, report.files], [[], 0, 1])
  assert.equal((await tracking.run(maker)).experimentId, other)
  const all = await modelsIn(to, [...experiments, other])
  assert.equal(all.length, 3)
})

test('a run whose model could not be brought says so, and is linked with it by the copy that brings it', async (t) => {
  const [from, to] = await servers(t)
  const { maker, ready } = await fill(from)
  // In front of the target: it has no room for the model that the run made, when it comes first.
  let refused = false
  const proxy = createServer((request, response) => {
    const { url: path = '', method = 'GET', headers } = request
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const body = Buffer.concat(parts)
      if (!refused && path.endsWith('/mlflow/logged-models') && body.includes('"ready"')) {
        refused = true
        response.writeHead(413, { 'content-type': 'application/json' })
        response.end('{"error_code": "INVALID_PARAMETER_VALUE", "message": "too large"}')
        return
      }
      const onward = ask(`${to.url}${path}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      onward.end(body)
    })
  })
  await new Promise<void>((done) => proxy.listen(0, '127.0.0.1', done))
  t.after(() => proxy.close())
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const first = await copyMlflow(from, { url })
  assert.match(first.problems.join('\n'), /logged model .*: .*too large/s)
  const { tracking } = await to.app.project('default')
  const missing = (await modelsIn(to, [(await tracking.run(maker)).experimentId])).length
  assert.equal(missing, 2)
  const second = await copyMlflow(from, { url })
  assert.deepEqual(second.problems, [])
  const made = (await tracking.inputsOf([maker])).get(maker)?.outputs
  assert.deepEqual(made, [{ model: ready, step: 5 }])
})
