import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookiesOf, openTestAuth, withCode } from './support/open-test-auth.ts'

const password = 'nine tides a week'

test('the user of this machine is an admin only while nobody else can reach the server', async (t) => {
  const { auth, again } = await openTestAuth(t)
  const here = { method: 'GET', headers: {}, cookies: {}, local: true }
  assert.equal((await again({ loopback: true }).identify(here)).name, 'local')
  assert.equal((await again({ loopback: true }).identify({ ...here, local: false })).by, 'nobody')
  assert.equal((await auth.identify(here)).by, 'nobody')
})

test('a wrong credential is refused even where none is needed', async (t) => {
  const { again } = await openTestAuth(t, { loopback: true })
  for (const authorization of ['Bearer tdm_wrong', 'Bearer', 'Basic !!', 'Digest x', 'tdm_x']) {
    const asked = again().identify({
      method: 'GET',
      headers: { authorization },
      cookies: {},
      local: true,
    })
    await assert.rejects(asked, withCode('unauthenticated'), authorization)
  }
})

test('a token is shown once, kept as a digest, and says whose it is', async (t) => {
  const { auth, byToken, metadata } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const { token, record } = await auth.tokens.create({ user: 'robot', name: 'ci' })
  assert.match(token, /^tdm_[\w-]{43}$/)
  assert.ok(token.startsWith(record.start) && record.start.length < 12)
  const kept = await metadata
    .tables<{ auth_tokens: { hash: string } }>()
    .selectFrom('auth_tokens')
    .selectAll()
    .execute()
  assert.ok(!JSON.stringify(kept).includes(token.slice(12)))
  assert.deepEqual(await byToken(token), {
    name: 'robot',
    by: 'token',
    grants: { '*': 'editor' },
  })
})

test('a client that knows only Basic sends its token as the password', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const { token } = await auth.tokens.create({ user: 'robot', name: 'client' })
  const authorization = `Basic ${Buffer.from(`any:${token}`).toString('base64')}`
  const credentials = { method: 'GET', headers: { authorization }, cookies: {}, local: false }
  assert.equal((await auth.identify(credentials)).name, 'robot')
})

test('a revoked token, a taken role and a shut-out user are seen at once', async (t) => {
  const { auth, byToken } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const one = await auth.tokens.create({ user: 'robot', name: 'one' })
  const two = await auth.tokens.create({ user: 'robot', name: 'two' })
  await Promise.all([byToken(one.token), byToken(two.token)])
  await auth.users.grant('robot', '*', 'viewer')
  assert.deepEqual((await byToken(two.token)).grants, { '*': 'viewer' })
  await auth.tokens.revoke(one.record.id)
  await assert.rejects(byToken(one.token), withCode('unauthenticated'))
  await auth.users.setDisabled('robot', true)
  await assert.rejects(byToken(two.token), withCode('unauthenticated'))
})

test('a change in another process is seen after seconds', async (t) => {
  const { auth, again, byToken, clock } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const { token, record } = await auth.tokens.create({ user: 'robot', name: 'ci' })
  await byToken(token)
  await again().tokens.revoke(record.id)
  await clock.advance(5_001)
  await assert.rejects(byToken(token), withCode('unauthenticated'))
})

test('a token ends with its last day', async (t) => {
  const { auth, byToken, clock } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const { token } = await auth.tokens.create({ user: 'robot', name: 'ci', days: 1 })
  await clock.advance(86_400_000 - 10_000)
  await byToken(token)
  await clock.advance(10_001)
  await assert.rejects(byToken(token), withCode('unauthenticated'))
})

test('a user revokes only tokens of their own', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service', role: 'editor' })
  const { record } = await auth.tokens.create({ user: 'robot', name: 'ci' })
  await assert.rejects(auth.tokens.revoke(record.id, 'ann'), withCode('not_found'))
})

test('a session cookie is out of reach of scripts and of other sites', async (t) => {
  const { auth, again } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password, role: 'editor' })
  const { cookies } = await auth.signIn('ann', password, '10.0.0.1')
  const [session, csrf] = cookies
  assert.match(session ?? '', /; Path=\/; Max-Age=43200; SameSite=Strict; HttpOnly$/)
  assert.ok(csrf && !csrf.includes('HttpOnly'))
  const wide = await again({ secureCookies: true }).signIn('ann', password, '10.0.0.1')
  assert.ok(wide.cookies.every((line) => line.endsWith('; Secure')))
})

test('a session says who it is until it is signed out or twelve hours old', async (t) => {
  const { auth, bySession, clock } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password, role: 'editor' })
  const one = cookiesOf((await auth.signIn('ann', password, '10.0.0.1')).cookies)
  const two = cookiesOf((await auth.signIn('ann', password, '10.0.0.1')).cookies)
  assert.equal((await bySession(one)).name, 'ann')
  await auth.signOut(one)
  assert.equal((await bySession(one)).by, 'nobody')
  await clock.advance(12 * 3_600_000)
  assert.equal((await bySession(two)).by, 'nobody')
})

test('a change by session must carry the token that only our own page can read', async (t) => {
  const { auth, bySession } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password, role: 'editor' })
  const cookies = cookiesOf((await auth.signIn('ann', password, '10.0.0.1')).cookies)
  const csrf = cookies.tdm_csrf ?? ''
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
    await assert.rejects(bySession(cookies, method), withCode('unauthenticated'), method)
    const wrong = bySession(cookies, method, `${csrf.slice(0, -1)}~`)
    await assert.rejects(wrong, withCode('unauthenticated'), method)
    assert.equal((await bySession(cookies, method, csrf)).name, 'ann')
  }
})
