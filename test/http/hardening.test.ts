import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { test } from 'node:test'
import fc from 'fast-check'
import { TidemillError } from '#contract'
import { events } from '#http'
import { jsonMistake } from '../../src/http/json-error.ts'
import { route, serve } from './support/serve.ts'

const headers = { 'content-type': 'application/json' }

/** A source that gives what it is told to, and says when it was ended. */
function source(values: readonly unknown[], rest: Promise<never> = new Promise(() => undefined)) {
  const state = { asked: 0, ended: false }
  const iterable: AsyncIterable<unknown> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        const value = values[state.asked++]
        return value === undefined ? rest : Promise.resolve({ done: false, value })
      },
      return() {
        state.ended = true
        return Promise.resolve({ done: true, value: undefined })
      },
    }),
  }
  return { state, iterable }
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await delay(5)
  assert.ok(holds())
}

test('events carry ids, beat while there is nothing to say, and end their source when the client leaves', async (t) => {
  const { state, iterable } = source([{ n: 1 }])
  const { url } = await serve(t, [
    route('GET', '/events', ({ signal }) =>
      Promise.resolve(events(iterable, signal, { id: () => '7\n8', heartbeatMs: 10 })),
    ),
  ])
  const leave = new AbortController()
  const { body, headers: got } = await fetch(`${url}/events`, { signal: leave.signal })
  assert.equal(got.get('content-type'), 'text/event-stream')
  let text = ''
  for await (const part of body ?? []) {
    text += Buffer.from(part).toString()
    if (text.includes('still here')) break
  }
  leave.abort()
  assert.ok(text.startsWith(': connected\n\nid: 7 8\ndata: {"n":1}\n\n'))
  await until(() => state.ended)
})

test('events are asked of their source no faster than the client reads', async (t) => {
  const { state, iterable } = source(Array.from({ length: 500 }, () => 'x'.repeat(100_000)))
  const { port } = await serve(t, [
    route('GET', '/events', ({ signal }) => Promise.resolve(events(iterable, signal))),
  ])
  const socket = connect(port, '127.0.0.1')
  socket.write('GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n')
  socket.pause()
  await delay(200)
  assert.ok(state.asked < 400, `${state.asked} asked`)
  socket.destroy()
  await until(() => state.ended)
})

test('a server that stops ends events at once, finishes what is under way, and closes', async (t) => {
  const gate = Promise.withResolvers<void>()
  const { state, iterable } = source([])
  const { server, url } = await serve(t, [
    route('GET', '/events', ({ signal }) => Promise.resolve(events(iterable, signal))),
    route('GET', '/slow', async ({ signal }) => {
      await gate.promise
      return { aborted: signal.aborted }
    }),
  ])
  const stream = await fetch(`${url}/events`)
  const slow = fetch(`${url}/slow`).then((response) => response.json())
  await delay(30)
  const begin = performance.now()
  const stopped = server.stop(5_000)
  assert.equal(await stream.text(), ': connected\n\n')
  assert.ok(state.ended)
  await assert.rejects(fetch(`${url}/health`))
  gate.resolve()
  assert.deepEqual(await slow, { aborted: false })
  await stopped
  assert.ok(performance.now() - begin < 2_000)
})

test('a server that has waited long enough tells what is still under way, and closes', async (t) => {
  const told = Promise.withResolvers<void>()
  const { server, url } = await serve(t, [
    route('GET', '/slow', async ({ signal }) => {
      signal.addEventListener('abort', () => told.resolve())
      await told.promise
      return {}
    }),
  ])
  const slow = fetch(`${url}/slow`).catch(() => 'cut')
  await delay(30)
  await server.stop(50)
  await told.promise
  assert.equal(await slow, 'cut')
})

test('a signal costs the connection nothing, however many requests come over it', async (t) => {
  const warned: Error[] = []
  const note = (warning: Error) => void warned.push(warning)
  process.on('warning', note)
  t.after(() => process.off('warning', note))
  const { url } = await serve(t, [
    route('GET', '/a', ({ signal }) => Promise.resolve({ aborted: signal.aborted })),
  ])
  for (let i = 0; i < 20; i++) await (await fetch(`${url}/a`)).json()
  await delay(10)
  assert.deepEqual(warned, [])
})

test('HEAD of events answers and ends', async (t) => {
  const { iterable } = source([])
  const { ask, server } = await serve(t, [
    route('GET', '/events', ({ signal }) => Promise.resolve(events(iterable, signal))),
  ])
  assert.equal((await ask('/events', { method: 'HEAD' })).status, 200)
  const begin = performance.now()
  await server.stop(5_000)
  assert.ok(performance.now() - begin < 1_000)
})

test('a body that is not JSON is refused with the place of the mistake', async (t) => {
  const { ask } = await serve(t, [route('POST', '/a', () => Promise.resolve({}))])
  const detail = async (body: string) => {
    const { status, text } = await ask('/a', { method: 'POST', headers, body })
    assert.equal(status, 400)
    return (JSON.parse(text) as { detail: string }).detail
  }
  assert.match(await detail('{"a":\n 1,}'), /"}" at line 2, column 4/)
  assert.match(await detail('{"a": [1, 2'), /it ends too early, at line 1, column 12/)
  assert.match(await detail('{"a": NaN}'), /"N" at line 1, column 7/)
  assert.match(await detail('{"__proto__": 1}'), /a key that no object may have/)
  assert.equal((await ask('/a', { method: 'POST', headers })).status, 200)
})

test('the place of a mistake is found exactly where the engine finds one', () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', '"', '\\', '1', ' ', ':'))
      .map(([json, at, put]) => {
        const place = at % (json.length + 1)
        return json.slice(0, place) + put + json.slice(place + 1)
      }),
  )
  fc.assert(
    fc.property(text, (given) => {
      let isJson = true
      try {
        JSON.parse(given)
      } catch {
        isJson = false
      }
      assert.equal(jsonMistake(given) === undefined, isJson)
    }),
    { numRuns: 5_000 },
  )
})

test('a text that any page may send without asking is no JSON', async (t) => {
  const { ask } = await serve(t, [route('POST', '/a', () => Promise.resolve({}))])
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
    const asked = { method: 'POST', headers: { 'content-type': type }, body: '{"a":1}' }
    assert.equal((await ask('/a', asked)).status, 400, type)
  }
})

test('an address that is none gets a problem document with every header', async (t) => {
  const { ask } = await serve(t, [])
  const { status, headers: got, text } = await ask('/%')
  assert.equal(status, 400)
  assert.match(String(got['content-type']), /^application\/problem\+json/)
  assert.ok(got['content-security-policy'] && got['x-request-id'])
  assert.equal((JSON.parse(text) as { code: string }).code, 'bad_request')
})

test('readiness says which check failed, and only the log says why', async (t) => {
  const { ask, log } = await serve(t, [], {
    readiness: { database: () => Promise.reject(new Error('postgres://u:hunter2@db is away')) },
  })
  const { status, text } = await ask('/ready')
  assert.equal(status, 503)
  assert.deepEqual((JSON.parse(text) as { checks: unknown }).checks, [
    { name: 'database', ready: false },
  ])
  assert.ok(log.some((line) => line.includes('db is away')))
  assert.ok(!log.some((line) => line.includes('hunter2')))
})

test('no secret reaches the log, however deep it lies in an error', async (t) => {
  const { ask, log } = await serve(
    t,
    [
      route('POST', '/a', ({ body }) => {
        const cause = Object.assign(new Error('refused Bearer tdm_cause'), { body })
        const error = new Error('at https://u:pw-in-url@host/?token=in-query', { cause })
        throw Object.assign(error, { deep: [{ headers: { cookie: 'tdm_session=in-cookie' } }] })
      }),
    ],
    { logLevel: 'trace' },
  )
  await ask('/a?password=in-address', {
    method: 'POST',
    headers: { ...headers, authorization: 'Bearer tdm_header', cookie: 'tdm_session=in-cookie' },
    body: JSON.stringify({ user: { password: 'in-body', apiKey: 'in-key' }, rows: 3 }),
  })
  const text = log.join('\n')
  assert.match(text, /refused Bearer \[hidden\]/)
  assert.match(text, /"rows":3/)
  for (const secret of [
    'tdm_',
    'pw-in-url',
    'in-query',
    'in-cookie',
    'in-address',
    'in-body',
    'in-key',
  ]) {
    assert.ok(!text.includes(secret), secret)
  }
})

test('a handler that gives up an upload half way is heard, and the connection serves the next request', async (t) => {
  const { url } = await serve(t, [
    {
      ...route('PUT', '/give-up', async ({ stream }) => {
        for await (const chunk of stream) {
          void chunk
          throw new TidemillError('disk_full', { what: 'it' })
        }
      }),
      accepts: 'bytes',
      bodyLimit: Number.MAX_SAFE_INTEGER,
    },
    {
      ...route('PUT', '/never-read', () => Promise.reject(new TidemillError('bad_request'))),
      accepts: 'bytes',
      bodyLimit: Number.MAX_SAFE_INTEGER,
    },
    route('GET', '/next', () => Promise.resolve({ fine: true })),
  ])
  for (let i = 0; i < 5; i++) {
    const put = await fetch(`${url}/give-up`, { method: 'PUT', body: new Uint8Array(3 << 20) })
    assert.equal(put.status, 507)
    await put.json()
    const never = await fetch(`${url}/never-read`, { method: 'PUT', body: new Uint8Array(3 << 20) })
    assert.equal(never.status, 400)
    await never.json()
    const next = await fetch(`${url}/next`, { signal: AbortSignal.timeout(5000) })
    assert.deepEqual(await next.json(), { fine: true })
  }
})

test('a client that leaves in the middle of an upload nobody reads does the server no harm', async (t) => {
  const { url, port } = await serve(t, [
    {
      ...route('PUT', '/slow', async ({ stream }) => {
        await delay(50)
        assert.equal(stream.destroyed, true)
        return {}
      }),
      accepts: 'bytes',
      bodyLimit: Number.MAX_SAFE_INTEGER,
    },
    route('GET', '/next', () => Promise.resolve({ fine: true })),
  ])
  const socket = connect(port, '127.0.0.1')
  socket.write('PUT /slow HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 1000000\r\n\r\nabc')
  await delay(20)
  socket.destroy()
  await delay(80)
  assert.deepEqual(await (await fetch(`${url}/next`)).json(), { fine: true })
})
