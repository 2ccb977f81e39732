import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract'
import { json, type Route } from '#http'
import { createServer } from '#http/server'
import { route, serve } from './support/serve.ts'

const done = () => Promise.resolve({ done: true })

test('a route without a permission that exists stops the server at start, by name', () => {
  for (const permission of [undefined, '', 'lake:erase']) {
    const bad = { method: 'GET', path: '/api/leak', permission, handler: done } as unknown as Route
    const make = () =>
      createServer({
        routes: [bad],
        authorize: () => Promise.resolve(undefined),
        host: '127.0.0.1',
        port: 0,
        info: { name: 'Test', version: '1' },
      })
    assert.throws(make, /GET \/api\/leak/)
  }
})

test('every answer carries the security headers and a request id', async (t) => {
  const { ask } = await serve(t, [route('GET', '/a', done)])
  for (const path of ['/a', '/nothing', '/health', '/api/docs', '/metrics']) {
    const { headers } = await ask(path)
    const policy = String(headers['content-security-policy'])
    const [, scripts = ''] = /script-src ([^;]*)/.exec(policy) ?? []
    assert.ok(policy.includes("default-src 'self'") || policy.includes("default-src 'none'"), path)
    assert.ok(!scripts.includes('unsafe'), path)
    assert.equal(headers['x-content-type-options'], 'nosniff')
    assert.ok(headers['referrer-policy'] && headers['permissions-policy'])
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin')
    assert.ok(headers['x-request-id'])
  }
  assert.match(
    String((await ask('/a')).headers['content-security-policy']),
    /frame-ancestors 'none'/,
  )
})

test('a caller’s request id is kept when it is plain, and replaced when it is not', async (t) => {
  const { ask } = await serve(t, [route('GET', '/a', done)])
  const idFor = async (given: string) =>
    (await ask('/a', { headers: { 'x-request-id': given } })).headers['x-request-id']
  assert.equal(await idFor('run-7.a_b'), 'run-7.a_b')
  for (const given of ['a b', '<script>', 'x'.repeat(101), '{"a":1}']) {
    assert.match(String(await idFor(given)), /^[\da-f-]{36}$/)
  }
})

test('an error of ours is a problem document; any other tells nothing of itself', async (t) => {
  const { ask, log } = await serve(t, [
    route('GET', '/missing', () =>
      Promise.reject(new TidemillError('not_found', { kind: 'model', name: 'knn' })),
    ),
    route('GET', '/broken', () => Promise.reject(new Error('the disk at /srv/secret is gone'))),
  ])
  const missing = await ask('/missing')
  assert.equal(missing.status, 404)
  assert.match(String(missing.headers['content-type']), /^application\/problem\+json/)
  const problem = JSON.parse(missing.text) as Record<string, unknown>
  assert.equal(problem.code, 'not_found')
  assert.equal(problem.status, 404)
  assert.equal(problem.detail, 'There is no model knn.')
  assert.equal(problem.requestId, missing.headers['x-request-id'])
  assert.ok(problem.type && problem.title && problem.hint)

  const broken = await ask('/broken')
  assert.equal(broken.status, 500)
  assert.equal((JSON.parse(broken.text) as { code: string }).code, 'internal')
  assert.ok(!broken.text.includes('secret'))
  const line = log.find((each) => each.includes('the disk at'))
  assert.ok(line?.includes(String(broken.headers['x-request-id'])))
})

test('a route can write its errors in a foreign protocol’s form', async (t) => {
  const { ask } = await serve(t, [
    route('POST', '/foreign', done, {
      writeError: ({ code, status, message }) =>
        json({ error_code: code.toUpperCase(), message }, status),
    }),
  ])
  const headers = { 'content-type': 'application/json' }
  const { status, text } = await ask('/foreign', { method: 'POST', headers, body: '{"a":' })
  assert.equal(status, 400)
  assert.equal((JSON.parse(text) as { error_code: string }).error_code, 'BAD_REQUEST')
})

test('a body that is too long is refused', async (t) => {
  const { ask } = await serve(t, [route('POST', '/a', done, { bodyLimit: 20 })])
  const headers = { 'content-type': 'application/json' }
  const { status, text } = await ask('/a', { method: 'POST', headers, body: '"'.padEnd(30, 'x') })
  assert.equal(status, 413)
  assert.equal((JSON.parse(text) as { code: string }).code, 'too_large')
})

test('a body of another type is refused without being repeated', async (t) => {
  const { ask } = await serve(t, [route('POST', '/a', done)])
  const headers = { 'content-type': '<img src=x onerror=alert(1)>' }
  const { status, text } = await ask('/a', { method: 'POST', headers, body: '{}' })
  assert.equal(status, 400)
  assert.ok(!text.includes('<img'))
})

test('bytes are handed on as they come, without being held', async (t) => {
  const { ask } = await serve(t, [
    route(
      'PUT',
      '/bytes',
      async ({ stream }) => {
        let size = 0
        for await (const part of stream) size += (part as Uint8Array).byteLength
        return { size }
      },
      { accepts: 'bytes', bodyLimit: Number.MAX_SAFE_INTEGER },
    ),
  ])
  const { text } = await ask('/bytes', { method: 'PUT', body: 'x'.repeat(1_000_000) })
  assert.deepEqual(JSON.parse(text), { size: 1_000_000 })
})

test('who may not is refused before the body is read', async (t) => {
  let handled = false
  const { ask } = await serve(
    t,
    [
      route(
        'PUT',
        '/bytes',
        async () => {
          handled = true
          return {}
        },
        { accepts: 'bytes' },
      ),
    ],
    {
      authorize: () => Promise.reject(new TidemillError('unauthenticated', { problem: 'nobody.' })),
    },
  )
  assert.equal((await ask('/bytes', { method: 'PUT', body: 'x' })).status, 401)
  assert.equal(handled, false)
})

test('a taken port says which', async (t) => {
  const { port } = await serve(t, [])
  const second = createServer({
    routes: [],
    authorize: () => Promise.resolve(undefined),
    host: '127.0.0.1',
    port,
    info: { name: 'Test', version: '1' },
    logLevel: 'silent',
  })
  t.after(() => second.stop(10))
  await assert.rejects(second.start(), (error) => {
    assert.ok(error instanceof TidemillError)
    assert.deepEqual([error.code, error.details], ['port_taken', { port, host: '127.0.0.1' }])
    return true
  })
})

test('readiness names each check, and is 503 until all hold', async (t) => {
  let up = false
  const { ask } = await serve(t, [], {
    readiness: {
      disk: () => Promise.resolve(),
      database: () => (up ? Promise.resolve() : Promise.reject(new Error('away'))),
    },
  })
  const before = await ask('/ready')
  assert.equal(before.status, 503)
  const { checks } = JSON.parse(before.text) as { checks: { name: string; ready: boolean }[] }
  assert.deepEqual(
    checks.map(({ name, ready }) => [name, ready]),
    [
      ['disk', true],
      ['database', false],
    ],
  )
  up = true
  assert.equal((await ask('/ready')).status, 200)
  assert.equal((await ask('/health')).status, 200)
})

test('requests are counted by route and status, beside the process and what the program adds', async (t) => {
  const { ask } = await serve(t, [route('GET', '/things/:name', done)], {
    metricsText: () => Promise.resolve('own_total 7\n'),
  })
  await ask('/things/a')
  await ask('/things/b')
  const { text, headers } = await ask('/metrics')
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/)
  assert.match(
    text,
    /^tidemill_http_request_seconds_count\{method="GET",route="\/things\/:name",status="200"\} 2$/m,
  )
  assert.match(text, /^tidemill_process_cpu_user_seconds_total /m)
  assert.match(text, /^own_total 7$/m)
})
