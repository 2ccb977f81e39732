import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isLoopback } from '#http'
import { route, serve } from './support/serve.ts'

const done = () => Promise.resolve({ done: true })
const routes = [route('GET', '/a', done), route('POST', '/a', done), route('DELETE', '/a', done)]

test('a name that was rebound to this machine is refused, whatever is asked', async (t) => {
  const { ask, port } = await serve(t, routes)
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, 'LOCALHOST']) {
    assert.equal((await ask('/a', { headers: { host } })).status, 200, host)
  }
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost.evil.example',
    '10.0.0.1',
  ]) {
    for (const path of ['/a', '/metrics', '/api/openapi.json', '/nothing']) {
      const { status, text } = await ask(path, { headers: { host } })
      assert.equal(status, 403, `${host}${path}`)
      assert.equal((JSON.parse(text) as { code: string }).code, 'origin_refused')
    }
  }
})

test('a configured name is known', async (t) => {
  const { ask } = await serve(t, routes, { hosts: ['ml.example.org'] })
  assert.equal((await ask('/a', { headers: { host: 'ml.example.org' } })).status, 200)
  assert.equal((await ask('/a', { headers: { host: 'other.example.org' } })).status, 403)
})

test('a page of another origin changes nothing, and a program without an origin may', async (t) => {
  const { ask, port } = await serve(t, routes)
  const own = `127.0.0.1:${port}`
  for (const method of ['POST', 'DELETE']) {
    const from = (origin: string) => ask('/a', { method, headers: { host: own, origin } })
    assert.equal((await ask('/a', { method, headers: { host: own } })).status, 200)
    assert.equal((await from(`http://${own}`)).status, 200)
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      `http://${own}.evil`,
    ]) {
      assert.equal((await from(origin)).status, 403, `${method} from ${origin}`)
    }
  }
})

test('loopback is 127.0.0.0/8, ::1 and localhost, and nothing that looks like them', () => {
  for (const address of ['127.0.0.1', '127.9.8.7', '::1', '::ffff:127.0.0.1', 'localhost']) {
    assert.ok(isLoopback(address), address)
  }
  for (const address of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.example', '127.evil', '']) {
    assert.ok(!isLoopback(address), address)
  }
})
