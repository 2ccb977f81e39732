import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { openAuth, permissionsOf, roleMay, roles, type Identity, type Role } from '#auth'
import { permissions, TidemillError } from '#contract'
import { leastRoles as least } from './support/least-roles.ts'
import { openTestAuth } from './support/open-test-auth.ts'

test('every permission has a least role, and the policy says the same', () => {
  assert.deepEqual(Object.keys(least).toSorted(), [...permissions].toSorted())
  for (const permission of permissions) {
    const allowed = roles.filter((role) => roleMay(role, permission))
    assert.equal(allowed[0], least[permission], permission)
  }
})

test('a stronger role may all that a weaker one may', () => {
  for (const [weaker, stronger] of roles.slice(1).map((role, i) => [roles[i], role] as const)) {
    assert.ok(weaker)
    const more = new Set(permissionsOf(stronger))
    assert.ok(permissionsOf(weaker).every((permission) => more.has(permission)))
  }
})

test('no combination of roles, scopes and projects reaches a permission above the role held there', async (t) => {
  const { auth } = await openTestAuth(t)
  const names = ['default', 'sales', '*', '__proto__', 'constructor']
  const grants = fc.dictionary(fc.constantFrom('default', 'sales', '*'), fc.constantFrom(...roles))
  const identity: fc.Arbitrary<Identity> = fc.record(
    {
      name: fc.string(),
      by: fc.constantFrom('session', 'token', 'loopback'),
      grants,
      scopes: fc.uniqueArray(fc.constantFrom(...permissions), { minLength: 1 }),
    },
    { requiredKeys: ['name', 'by', 'grants'] },
  )
  const strength = (role: Role | undefined) => (role === undefined ? -1 : roles.indexOf(role))
  fc.assert(
    fc.property(
      identity,
      fc.constantFrom(...permissions),
      fc.constantFrom(...names),
      (who, permission, project) => {
        const held = Math.max(
          strength(Object.hasOwn(who.grants, project) ? who.grants[project] : undefined),
          strength(who.grants['*']),
        )
        const inScope = who.scopes === undefined || who.scopes.includes(permission)
        const most = inScope && held >= strength(least[permission])
        if (may(() => auth.authorize(who, permission, project))) assert.ok(most)
      },
    ),
    { numRuns: 3000 },
  )
})

test('nobody may nothing but what is public', async (t) => {
  const { auth } = await openTestAuth(t)
  const nobody = await auth.identify({ method: 'GET', headers: {}, cookies: {}, local: true })
  assert.equal(nobody.by, 'nobody')
  assert.ok(may(() => auth.authorize(nobody, 'public', 'default')))
  for (const permission of permissions) {
    assert.throws(
      () => auth.authorize(nobody, permission, 'default'),
      (error) => error instanceof TidemillError && error.code === 'unauthenticated',
    )
  }
})

test('opening identities touches no database', () => {
  const untouched = { tables: () => ({}) } as unknown as Parameters<typeof openAuth>[0]['metadata']
  const clock = { now: () => 0, sleep: () => Promise.resolve() }
  assert.ok(openAuth({ metadata: untouched, clock, loopback: true, secureCookies: false }))
})

function may(ask: () => void): boolean {
  try {
    ask()
    return true
  } catch (error) {
    if (error instanceof TidemillError) return false
    throw error
  }
}
