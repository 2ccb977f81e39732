import assert from 'node:assert/strict'
import { test } from 'node:test'
import { permissions } from '#contract'
import { isLoopback, type Route } from '#http'
import type { ServerOptions } from '#http/server'
import { route, serve } from '../http/support/serve.ts'
import { walkRoutes } from '../http/suites/walk-routes.ts'
import { fiveIdentities } from './support/five-identities.ts'
import { openTestAuth } from './support/open-test-auth.ts'

const routes: readonly Route[] = [...permissions, 'public' as const].flatMap((permission) =>
  (['GET', 'POST', 'DELETE'] as const).map((method) =>
    route(method, `/${permission.replace(':', '/')}`, () => Promise.resolve({}), { permission }),
  ),
)

test('five identities reach what their roles allow over HTTP, of every permission there is', async (t) => {
  const { auth } = await openTestAuth(t, { loopback: true })
  const authorize: ServerOptions['authorize'] = async (asked, request) => {
    const { method, headers, cookies, remoteAddress } = request
    const local = isLoopback(remoteAddress) && headers['x-forwarded-for'] === undefined
    const identity = await auth.identify({ method, headers, cookies, local })
    auth.authorize(identity, asked.permission, 'default')
    return identity
  }
  const { url } = await serve(t, routes, { authorize, logLevel: 'silent' })
  const walk = await walkRoutes({ url, routes }, await fiveIdentities(auth))
  assert.deepEqual(walk.breaches, [])
  assert.equal(walk.calls, (permissions.length + 1) * 3 * 5)
})
