import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cookiesOf, openTestAuth, withCode } from './support/open-test-auth.ts'

const password = 'nine tides a week'

test('a stranger, a service account and a shut-out user are refused in the same words', async (t) => {
  const { auth } = await openTestAuth(t)
  await auth.users.create({ name: 'robot', kind: 'service' })
  await auth.users.create({ name: 'ann', kind: 'person', password })
  await auth.users.create({ name: 'bob', kind: 'person', password })
  await auth.users.setDisabled('bob', true)
  const refusals = await Promise.all(
    [
      ['nobody-here', password],
      ['robot', ''],
      ['ann', 'wrong'],
      ['bob', password],
    ].map(([name = '', given = '']) =>
      auth.signIn(name, given, '10.0.0.1').then(
        () => 'let in',
        (error: Error) => error.message,
      ),
    ),
  )
  assert.equal(new Set(refusals).size, 1)
  assert.notEqual(refusals[0], 'let in')
})

test('passwords are kept as argon2id at the cost OWASP asks for', async (t) => {
  const { auth, metadata } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  const row = await metadata
    .tables<{ auth_users: { name: string; password: string } }>()
    .selectFrom('auth_users')
    .selectAll()
    .executeTakeFirstOrThrow()
  const cost = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$[^$]{22}\$[^$]{43}$/.exec(row.password)
  assert.ok(cost)
  assert.ok(Number(cost[1]) >= 19_456 && Number(cost[2]) >= 2)
})

test('after five failures the wait doubles, and ends', async (t) => {
  const { auth, clock } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  const wrong = () => auth.signIn('ann', 'wrong', '10.0.0.1')
  for (let i = 0; i < 5; i++) await assert.rejects(wrong(), withCode('unauthenticated'))
  await assert.rejects(wrong(), withCode('too_many_attempts'))
  await clock.advance(1_001)
  await assert.rejects(wrong(), withCode('unauthenticated'))
  await clock.advance(1_001)
  await assert.rejects(wrong(), withCode('too_many_attempts'))
  await clock.advance(1_000)
  assert.equal((await auth.signIn('ann', password, '10.0.0.1')).user, 'ann')
})

test('a new password ends the sessions that were opened with the old one', async (t) => {
  const { auth, bySession } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  const cookies = cookiesOf((await auth.signIn('ann', password, '10.0.0.1')).cookies)
  await auth.users.setPassword('ann', 'eleven tides a week')
  assert.equal((await bySession(cookies)).by, 'nobody')
  await assert.rejects(auth.signIn('ann', password, '10.0.0.1'), withCode('unauthenticated'))
})

test('signing in and failing to are in the audit log, newest first, and the log is read by cursor', async (t) => {
  const { auth, clock } = await openTestAuth(t)
  await auth.users.create({ name: 'ann', kind: 'person', password })
  await assert.rejects(auth.signIn('ann', 'wrong', '10.0.0.1'))
  await clock.advance(10)
  await auth.signIn('ann', password, '10.0.0.1')
  await clock.advance(10)
  await auth.audit.record({ who: 'ann', what: 'models.promote', object: 'knn', detail: 'v2' })
  const first = await auth.audit.list({ limit: 2 })
  const kinds = first.entries.map((entry) => entry.what)
  assert.deepEqual(kinds, ['models.promote', 'session.create'])
  assert.ok(first.next)
  const rest = await auth.audit.list({ cursor: first.next, limit: 2 })
  assert.deepEqual(
    rest.entries.map((entry) => entry.what),
    ['session.refused'],
  )
  assert.equal(rest.next, undefined)
})
