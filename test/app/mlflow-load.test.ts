import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'
import { test } from 'node:test'
import { mlflowServer, newRun } from './support/mlflow-server.ts'

/** What is too much, too deep or forged, and might be an error of the server or its end. */
test('what is too much, too deep or forged is refused at once and in words', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  await ask('POST', 'runs/set-tag', { run_id: run, key: 'long', value: 'a'.repeat(8000) })
  const search = (more: object): readonly [string, unknown] => [
    'runs/search',
    { experiment_ids: [experiment], ...more },
  ]
  const token = (place: object): string => Buffer.from(JSON.stringify(place)).toString('base64url')
  const { body } = await ask('POST', 'runs/search', { experiment_ids: [experiment] })
  assert.equal(body.runs.length, 1)
  await ask('POST', 'runs/create', { experiment_id: experiment })
  const page = await ask('POST', ...search({ max_results: 1 }))
  const given = JSON.parse(Buffer.from(page.body.next_page_token, 'base64url').toString()) as object
  const tags = (count: number): object[] =>
    Array.from({ length: count }, (_, i) => ({ key: `k${i}`, value: '' }))
  const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  const many = Array.from({ length: 100_000 }, (_, i) => `'${i}'`).join(',')
  const refused: readonly (readonly [string, unknown])[] = [
    ['experiments/create', `{"name":"deep","tags":${deep(100_000)}}`],
    ['runs/log-batch', `{"run_id":"${run}","params":[${deep(1000)}]}`],
    ['experiments/create', { name: 'tags', tags: tags(100_000) }],
    ['runs/create', { experiment_id: experiment, tags: tags(100_000) }],
    ['runs/create', { experiment_id: experiment, run_name: 'x'.repeat(1 << 20) }],
    ['runs/create', { experiment_id: experiment, user_id: 'x'.repeat(1 << 20) }],
    ['logged-models', { experiment_id: experiment, name: 'x'.repeat(1 << 20) }],
    ['registered-models/create', { name: 'x'.repeat(1 << 20) }],
    ['runs/set-tag', { run_id: run, key: 'x'.repeat(1 << 20), value: '' }],
    search({ filter: `run_id IN (${many})` }),
    search({ filter: Array(1000).fill("tags.a = 'b'").join(' and ') }),
    search({ filter: `tags.a LIKE '${'%a'.repeat(10_000)}'` }),
    search({ filter: `tags.a = '${'x'.repeat(300_000)}'` }),
    search({ order_by: Array.from({ length: 5000 }, (_, i) => `metrics.m${i}`) }),
    search({ page_token: token({ ...given, offset: 1e300 }) }),
    search({ page_token: token({ ...given, offset: -1 }) }),
    search({ page_token: token({ ...given, key: [{}, []] }) }),
    search({ page_token: token({ ...given, key: ['1', 2] }) }),
    search({ page_token: 'x'.repeat(100_000) }),
    ['/api/3.0/mlflow/traces/batchGetInfos', { trace_ids: [{}] }],
    ['/api/3.0/mlflow/traces', { trace: { trace_info: { trace_id: '../../x' } } }],
  ]
  for (const [path, sent] of refused) {
    const begin = performance.now()
    const { status, body: answer } = await ask('POST', path, sent)
    const took = performance.now() - begin
    const shown = `${path} ${JSON.stringify(sent).slice(0, 120)} → ${status} ${JSON.stringify(answer).slice(0, 200)}`
    assert.ok(status === 400 || status === 404, shown)
    assert.ok(JSON.stringify(answer).length < 4000, shown)
    assert.ok(took < 20_000, `${shown} took ${took} ms`)
  }
})

test('what is much but sound is answered: long lists, hard patterns, a far page', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  await ask('POST', 'runs/set-tag', { run_id: run, key: 'long', value: 'a'.repeat(8000) })
  const ids = Array.from({ length: 5000 }, (_, i) => String(i).padStart(32, '0'))
  const list = [run, ...ids].map((id) => `'${id}'`).join(',')
  const experiments = [experiment, ...Array.from({ length: 40_000 }, (_, i) => String(i))]
  const searches = [
    { experiment_ids: [experiment], filter: `run_id IN (${list})` },
    { experiment_ids: experiments },
    { experiment_ids: [experiment], filter: `tags.long LIKE '${'%a'.repeat(4000)}%'` },
    { experiment_ids: [experiment], filter: `tags.long ILIKE '${'%a'.repeat(4000)}b'` },
  ]
  for (const [i, search] of searches.entries()) {
    const begin = performance.now()
    const { status, body } = await ask('POST', 'runs/search', search)
    assert.equal(status, 200, JSON.stringify(body).slice(0, 300))
    assert.equal(body.runs.length, i === 3 ? 0 : 1)
    assert.ok(performance.now() - begin < 20_000, `search ${i}`)
  }
  const infos = await ask('POST', '/api/3.0/mlflow/traces/batchGetInfos', { trace_ids: ids })
  assert.deepEqual(infos.body, { trace_infos: [] })
})

test('an export of spans that unpacks to more than a server should hold is refused', async (t) => {
  const { ask } = await mlflowServer(t)
  const { experiment } = await newRun(ask)
  const bomb = gzipSync(Buffer.alloc(80 << 20))
  assert.ok(bomb.length < 1 << 20)
  const { status, body } = await ask('POST', '/v1/traces', bomb, {
    'content-type': 'application/x-protobuf',
    'content-encoding': 'gzip',
    'x-mlflow-experiment-id': experiment,
  })
  assert.equal(status, 400)
  assert.match(body.message, /larger than/)
})

test('an upload of the page that is too large is refused, and leaves nothing; its connection goes on', async (t) => {
  const { ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const path = `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${run}&path=large.bin`
  const { status, body } = await ask('POST', path, Buffer.alloc(40 << 20))
  assert.equal(status, 400)
  assert.match(body.message, /larger than/)
  assert.deepEqual((await ask('GET', `artifacts/list?run_id=${run}`)).body.files, [])
  assert.equal((await ask('POST', path, Buffer.alloc(1 << 20))).status, 200)
})

test('names that JavaScript gives a meaning of its own are names like others', async (t) => {
  const { ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
  const pairs = names.map((key) => ({ key, value: key }))
  const metrics = names.map((key) => ({ key, value: 1, timestamp: 1, step: 0 }))
  const logged = await ask('POST', 'runs/log-batch', {
    run_id: run,
    params: pairs,
    tags: pairs,
    metrics,
  })
  assert.equal(logged.status, 200)
  const { data } = (await ask('GET', `runs/get?run_id=${run}`)).body.run
  for (const list of [data.params, data.tags, data.metrics]) {
    const keys = list.map((each: { key: string }) => each.key)
    for (const name of names) assert.ok(keys.includes(name), `${name} among ${keys}`)
  }
})

test('a history with everything at one step is cut down, and pages through it end', async (t) => {
  const { server, ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const { tracking } = await server.app.project('default')
  const total = 60_000
  for (let start = 0; start < total; start += 10_000) {
    const metrics = Array.from({ length: 10_000 }, (_, i) => ({
      key: 'm',
      value: start + i,
      step: 0,
      time: 1,
    }))
    await tracking.log(run, { metrics })
  }
  const query = `run_ids=${run}&metric_key=m&max_results=320`
  const cut = await ask('GET', `metrics/get-history-bulk-interval?${query}`)
  assert.ok(cut.body.metrics.length <= 330, `${cut.body.metrics.length} points`)
  let [seen, token] = [0, '']
  do {
    const more = token === '' ? '' : `&page_token=${token}`
    const path = `metrics/get-history?run_id=${run}&metric_key=m&max_results=25000${more}`
    const { body } = await ask('GET', path)
    seen += body.metrics.length
    token = body.next_page_token ?? ''
  } while (token !== '')
  assert.equal(seen, total)
})

test('a history in one answer is in the order of times, as MLflow has it, and one in pages in that of steps', async (t) => {
  const { ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  // begun again at step 0, later
  const points = [
    ...[0, 1, 2].map((step) => ({ step, timestamp: 1000 + step, value: 1 })),
    ...[0, 1].map((step) => ({ step, timestamp: 2000 + step, value: 2 })),
    { step: 0, timestamp: 2001, value: 3 },
  ]
  await ask('POST', 'runs/log-batch', {
    run_id: run,
    metrics: points.map((point) => ({ ...point, key: 'm' })),
  })
  const stepsOf = async (area: string, more = ''): Promise<readonly string[]> => {
    const path = `metrics/${area}?run_id=${run}&metric_key=m${more}`
    const metrics = (await ask('GET', path)).body.metrics as readonly {
      step: number
      value: number
    }[]
    return metrics.map(({ step, value }) => `${step}:${value}`)
  }
  const inTime = ['0:1', '1:1', '2:1', '0:2', '0:3', '1:2']
  assert.deepEqual(await stepsOf('get-history'), inTime)
  assert.deepEqual(await stepsOf('get-history-bulk'), inTime)
  assert.deepEqual(await stepsOf('get-history', '&max_results=4'), ['0:1', '0:2', '0:3', '1:1'])
})

test('a history of more than one answer holds ends with a token, however many points are asked for', async (t) => {
  const { server, ask } = await mlflowServer(t)
  const { run } = await newRun(ask)
  const { tracking } = await server.app.project('default')
  const total = 1_000_050
  for (let start = 0; start < total; start += 200_010) {
    await tracking.log(run, {
      metrics: Array.from({ length: 200_010 }, (_, i) => ({ key: 'm', value: 1, step: start + i })),
    })
  }
  const path = `metrics/get-history?run_id=${run}&metric_key=m&max_results=2000000`
  const first = (await ask('GET', path)).body
  const rest = (await ask('GET', `${path}&page_token=${first.next_page_token}`)).body
  assert.equal(first.metrics.length + rest.metrics.length, total)
  assert.equal(rest.next_page_token ?? '', '')
})
