import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roleMay } from '#auth'
import type { Permission } from '#contract'
import { cookiesOf, openTestAuth, withCode } from './support/open-test-auth.ts'

const password = 'nine tides a week'

test('an admin of one project is no admin of the server', async (t) => {
  const { auth, byToken } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'admin', project: 'sales' })
  const { token } = await auth.tokens.create({ user: 'robot', name: 'ci' })
  const identity = await byToken(token)
  auth.authorize(identity, 'models:promote', 'sales')
  for (const permission of ['admin:users', 'admin:audit'] as const) {
    assert.throws(() => auth.authorize(identity, permission, 'sales'), withCode('forbidden'))
  }
})

test('a narrowed token cannot make one that is not', async (t) => {
  const { auth, byToken } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'admin' })
  const { token } = await auth.tokens.create({ user: 'robot', name: 'r', scopes: ['self:read'] })
  const narrowed = { ...(await byToken(token)), scopes: ['self:write'] as const }
  assert.throws(() => auth.authorize(narrowed, 'self:write', 'default'), withCode('forbidden'))
  const asked = auth.tokens.create({ user: 'robot', name: 'w', scopes: ['self:write'] })
  await assert.rejects(asked, withCode('bad_request'))
})

test('a token belongs to somebody there is', async (t) => {
  const { auth } = await openTestAuth(t)
  await assert.rejects(auth.tokens.create({ user: 'ghost', name: 'x' }), withCode('not_found'))
  await assert.rejects(auth.tokens.create({ user: 'local', name: 'x' }), withCode('bad_request'))
})

test('what a proxy passed on is not from this machine', async (t) => {
  const { again } = await openTestAuth(t, { loopback: true })
  for (const name of ['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-host']) {
    const credentials = { method: 'GET', headers: { [name]: 'x' }, cookies: {}, local: true }
    assert.equal((await again().identify(credentials)).by, 'nobody', name)
  }
})

test('weak passwords, reserved names and look-alikes are refused, whoever asks', async (t) => {
  const { auth } = await openTestAuth(t)
  const make = (name: string, given: string) =>
    auth.users.create({ name, kind: 'person', password: given })
  await assert.rejects(make('ann', ''), withCode('bad_request'))
  await assert.rejects(make('ann', 'ninechars'), withCode('bad_request'))
  await assert.rejects(make('annannannann', 'annannannann'), withCode('bad_request'))
  await assert.rejects(make('local', password), withCode('bad_request'))
  await assert.rejects(make('anonymous', password), withCode('bad_request'))
  await make('ann', password)
  await assert.rejects(make('Ann', password), withCode('already_exists'))
  await assert.rejects(make('ａｎｎ', password), withCode('already_exists'))
  await assert.rejects(auth.users.setPassword('ann', 'short'), withCode('bad_request'))
})

test('guesses made at the same time are counted like guesses made in turn', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  const codes = await Promise.all(
    Array.from({ length: 20 }, () =>
      auth.signIn('ann', 'wrong', '10.0.0.1').catch((error: { code: string }) => error.code),
    ),
  )
  assert.equal(codes.filter((code) => code === 'unauthenticated').length, 5)
})

test('failures of one person do not shut out others behind the same proxy', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  for (let i = 0; i < 6; i++) await auth.signIn('bob', 'wrong', '10.0.0.1').catch(() => undefined)
  assert.equal((await auth.signIn('ann', password, '10.0.0.1')).user, 'ann')
})

test('signing out is in the audit log', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  await auth.signOut(cookiesOf((await auth.signIn('ann', password, '10.0.0.1')).cookies))
  const { entries } = await auth.audit.list()
  assert.ok(entries.some((entry) => entry.what === 'session.remove' && entry.who === 'ann'))
})

test('a permission that is in no list is nobody’s', () => {
  for (const made of ['', 'lake', 'lake:erase', 'admin:everything', 'constructor:read:x']) {
    assert.equal(roleMay('admin', made as Permission), false, made)
  }
})
