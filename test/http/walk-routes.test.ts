import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roles, type Role } from '#auth'
import { TidemillError, type Permission } from '#contract'
import { events, type Route } from '#http'
import { route, serve } from './support/serve.ts'
import { walkRoutes, type Walker } from './suites/walk-routes.ts'

const done = () => Promise.resolve({ done: true })
const needs: Readonly<Partial<Record<Permission, Role>>> = {
  'lake:read': 'viewer',
  'lake:write': 'editor',
  'models:promote': 'manager',
  'admin:users': 'admin',
}

const routes: readonly Route[] = [
  route('GET', '/open', done, { permission: 'public' }),
  route('GET', '/data/:name', done, { permission: 'lake:read' }),
  route('PUT', '/data/:name/*', done, { permission: 'lake:write', accepts: 'bytes' }),
  route('POST', '/models', done, { permission: 'models:promote' }),
  route('DELETE', '/users/:name', done, { permission: 'admin:users' }),
  route('GET', '/events', ({ signal }) => Promise.resolve(events(silence(signal), signal)), {
    permission: 'lake:read',
  }),
]

/** Says nothing, and ends with the signal. */
function silence(signal: AbortSignal): AsyncIterable<never> {
  const over = new Promise<IteratorResult<never>>((resolve) => {
    signal.addEventListener('abort', () => resolve({ done: true, value: undefined }))
  })
  return { [Symbol.asyncIterator]: () => ({ next: () => over }) }
}

function isAllowed(role: string | undefined, permission: Permission): boolean {
  const least = needs[permission]
  return least !== undefined && roles.indexOf(role as Role) >= roles.indexOf(least)
}

const walkers: readonly Walker[] = ['anonymous', ...roles].map((name) => ({
  name,
  headers: name === 'anonymous' ? {} : { 'x-role': name },
  may: (permission) => isAllowed(name, permission),
}))

test('five identities reach the routes that their roles allow, and no others', async (t) => {
  const { url } = await serve(t, routes, {
    authorize: async ({ permission }, { headers }) => {
      if (permission === 'public') return
      const role = headers['x-role']
      if (role === undefined) throw new TidemillError('unauthenticated', { problem: 'nobody.' })
      if (!isAllowed(String(role), permission)) throw new TidemillError('forbidden')
    },
  })
  const walk = await walkRoutes({ url, routes }, walkers)
  assert.deepEqual(walk.breaches, [])
  assert.equal(walk.calls, routes.length * 5)
})

test('the walk finds a server that lets everybody in, and one that lets nobody in', async (t) => {
  const open = await serve(t, routes)
  const shut = await serve(t, routes, {
    authorize: () => Promise.reject(new TidemillError('unauthenticated', { problem: 'nobody.' })),
  })
  const leaks = (await walkRoutes({ url: open.url, routes }, walkers)).breaches
  assert.equal(leaks.length, walkers.length * routes.length - allowed())
  const refusals = (await walkRoutes({ url: shut.url, routes }, walkers)).breaches
  assert.equal(refusals.length, allowed())
})

function allowed(): number {
  const pairs = routes.flatMap(({ permission }) =>
    walkers.filter(({ may }) => permission === 'public' || may(permission)),
  )
  return pairs.length
}
