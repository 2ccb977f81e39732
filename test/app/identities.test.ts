import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { roleMay, roles } from '#auth'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { asking, type Ask } from './support/mlflow-server.ts'
import { allRoutes } from '../../src/app/server.ts'

const password = 'correct horse battery'

test('every route lets in whom its permission lets in, and nobody else, for five identities', async (t) => {
  // Bound wider than loopback, so that nobody is let in for being near.
  const server = await runningServer(t, { host: '0.0.0.0' })
  const { app, port } = server
  const base = `http://127.0.0.1:${port}`
  const tokens = new Map<string, string>()
  for (const role of roles) {
    await app.auth.users.create({ name: role, kind: 'person', password, role })
    const { token } = await app.auth.tokens.create({ user: role, name: 'walk' })
    tokens.set(role, token)
  }
  let walked = 0
  for (const route of allRoutes(app)) {
    if (route.path === '/api/events') continue
    const path = route.path.replace(/:(\w+)/g, 'none').replace(/\*$/, 'none')
    for (const identity of ['anonymous', ...roles] as const) {
      const token = tokens.get(identity)
      const response = await fetch(`${base}${path}`, {
        method: route.method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(route.method === 'GET' ? {} : { 'content-type': 'application/json' }),
        },
        ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { body: '{}' }),
      })
      await response.body?.cancel()
      const shown = `${identity} ${route.method} ${route.path} answered ${response.status}`
      const may =
        route.permission === 'public' ||
        (identity !== 'anonymous' && roleMay(identity, route.permission))
      if (may) assert.ok(response.status !== 401 && response.status !== 403, shown)
      // Signing in with nothing is refused by the operation itself, whoever asks.
      else assert.equal(response.status, identity === 'anonymous' ? 401 : 403, shown)
      assert.ok(response.status < 500 || [501, 503].includes(response.status), shown)
      walked++
    }
  }
  assert.ok(walked > 400, `${walked} requests were made`)
})

test('a loopback server needs no password, but a proxied request does', async (t) => {
  const { url } = await runningServer(t)
  assert.equal((await fetch(`${url}/api/datasets`)).status, 200)
  const proxied = await fetch(`${url}/api/datasets`, {
    headers: { 'x-forwarded-for': '203.0.113.9' },
  })
  assert.equal(proxied.status, 401)
})

/** A loopback server that others reach through a proxy on its machine. */
async function proxiedServer(t: TestContext, config: string): Promise<Ask> {
  const dir = await temporaryFolder(t)
  await mkdir(join(dir, '.tidemill'))
  await writeFile(join(dir, '.tidemill', 'config.yaml'), config)
  return asking((await runningServer(t, { dir })).port)
}

test('a plain proxy on the machine, which adds no header of its own, lets nobody in for being near', async (t) => {
  const ask = await proxiedServer(t, 'server: { hosts: [models.example.org] }')
  for (const host of ['models.example.org', '127.0.0.1:8400', 'localhost']) {
    assert.equal((await ask('GET', '/api/datasets', undefined, { host })).status, 401, host)
    const { body } = await ask('GET', '/api/session', undefined, { host })
    assert.deepEqual([body.user, body.role, body.permissions], [undefined, undefined, []], host)
  }
})

test('behind a proxy that is named, wrong passwords hold back the address they come from and no other', async (t) => {
  const ask = await proxiedServer(
    t,
    'server: { hosts: [models.example.org], proxies: [127.0.0.1] }',
  )
  const attempt = async (from: string): Promise<number> => {
    const headers = { host: 'models.example.org', 'x-forwarded-for': `198.51.100.1, ${from}` }
    const wrong = { name: 'nobody', password: 'wrong password' }
    return (await ask('POST', '/api/session', wrong, headers)).status
  }
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push(await attempt('203.0.113.1'))
  assert.equal(statuses.at(-1), 429)
  assert.equal(await attempt('203.0.113.2'), 401)
})

test('a token that was narrowed does what it was made for and nothing else', async (t) => {
  const server = await runningServer(t)
  await server.app.auth.users.create({ name: 'robot', kind: 'service', role: 'admin' })
  const { token, record } = await server.app.auth.tokens.create({
    user: 'robot',
    name: 'narrow',
    scopes: ['lake:read'],
  })
  const ask = (path: string): Promise<Response> =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  assert.equal((await ask('/api/datasets')).status, 200)
  assert.equal((await ask('/api/users')).status, 403)
  await server.app.auth.tokens.revoke(record.id)
  assert.equal((await ask('/api/datasets')).status, 401)
})

test('a session signs in with cookies that scripts cannot read, and changes need its CSRF token', async (t) => {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const base = `http://127.0.0.1:${server.port}`
  await server.app.auth.users.create({ name: 'ada', kind: 'person', password, role: 'manager' })
  const signIn = await fetch(`${base}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'ada', password }),
  })
  assert.equal(signIn.status, 200)
  const set = signIn.headers.getSetCookie()
  assert.match(set[0] ?? '', /^tdm_session=.*HttpOnly/)
  assert.ok(set.every((each) => each.includes('SameSite=Strict')))
  const cookie = set.map((each) => each.split(';', 1)[0]).join('; ')
  const csrf = /tdm_csrf=([^;]+)/.exec(cookie)?.[1] ?? ''
  const read = await fetch(`${base}/api/session`, { headers: { cookie } })
  assert.equal(((await read.json()) as { user: string }).user, 'ada')
  const change = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${base}/api/datasets/none/restore`, {
      method: 'POST',
      headers: { cookie, 'content-type': 'application/json', ...headers },
      body: '{}',
    })
  assert.equal((await change({})).status, 401)
  assert.equal((await change({ 'x-csrf-token': csrf })).status, 404)
  const out = await fetch(`${base}/api/session`, {
    method: 'DELETE',
    headers: { cookie, 'x-csrf-token': csrf },
  })
  assert.equal(out.status, 200)
  assert.equal((await fetch(`${base}/api/datasets`, { headers: { cookie } })).status, 401)
})

test('whoever fails to sign in again and again has to wait', async (t) => {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const attempt = (): Promise<Response> =>
    fetch(`http://127.0.0.1:${server.port}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'nobody', password: 'wrong password' }),
    })
  const statuses: number[] = []
  for (let i = 0; i < 7; i++) statuses.push((await attempt()).status)
  assert.equal(statuses[0], 401)
  assert.equal(statuses.at(-1), 429)
})

test('a name the server does not know, and a page of another origin, are refused', async (t) => {
  const { url, port } = await runningServer(t)
  const { request } = await import('node:http')
  const status = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/api/datasets', method, headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  assert.equal(await status({ host: `evil.example:${port}` }), 403)
  assert.equal(await status({ host: `127.0.0.1:${port}` }), 200)
  const foreign = await fetch(`${url}/api/plan`, {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'application/json' },
    body: '{}',
  })
  assert.equal(foreign.status, 403)
})
