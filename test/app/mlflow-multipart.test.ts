import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { runningServer, temporaryFolder } from '../support/home.ts'
import type { Loose } from '../support/loose.ts'
import { asking, mlflowServer, newRun, type Ask } from './support/mlflow-server.ts'

const mpu = '/api/2.0/mlflow-artifacts/mpu'

interface Begun {
  readonly upload_id: string
  readonly credentials: readonly { readonly url: string; readonly part_number: number }[]
}

async function begun(ask: Ask, place: string, path: string, parts: number): Promise<Begun> {
  const { status, body } = await ask('POST', `${mpu}/create/${place}`, { path, num_parts: parts })
  assert.equal(status, 200, JSON.stringify(body))
  return body as Begun
}

/** As clients send parts: with nothing but the address they were given. */
async function sent(begin: Begun, texts: Readonly<Record<number, string>>): Promise<object[]> {
  const parts = []
  for (const [number, text] of Object.entries(texts).toReversed()) {
    const url = begin.credentials[Number(number) - 1]?.url ?? ''
    const answer = await fetch(url, { method: 'PUT', body: text })
    assert.equal(answer.status, 200, await answer.text())
    parts.push({ part_number: Number(number), etag: answer.headers.get('etag'), url })
  }
  return parts
}

test('parts that come in any order are one file once all are there, and no file before', async (t) => {
  const { ask, server } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const place = `${experiment}/${run}/artifacts/models`
  const begin = await begun(ask, place, 'C:\\work\\big.bin', 3)
  const { upload_id } = begin
  const complete = (parts: readonly object[], to = place): ReturnType<Ask> =>
    ask('POST', `${mpu}/complete/${to}`, { path: '/tmp/big.bin', upload_id, parts })

  const some = await sent(begin, { 3: 'three', 1: 'one' })
  const early = await complete(some)
  assert.equal(early.status, 400)
  assert.match(early.body.message, /Each of the 3 parts is named once; there are 2 here/)
  const list = async (): Promise<Loose> =>
    (await ask('GET', `artifacts/list?run_id=${run}&path=models`)).body.files
  assert.deepEqual(await list(), [])

  const all = [...some, ...(await sent(begin, { 2: 'two' }))]
  const foreign = await complete(all, `${experiment}/${run}/artifacts/other`)
  assert.equal(foreign.status, 404, 'the upload is of one path')
  const forged = all.map((part) => ({ ...part, etag: 'f'.repeat(64) }))
  assert.match((await complete(forged)).body.message, /Part 1 with the etag f+ was not received/)
  assert.equal((await complete(all)).status, 200)
  assert.equal((await complete(all)).status, 200, 'an answer that was lost is given again')
  const got = await ask('GET', `/get-artifact?run_id=${run}&path=models/big.bin`)
  assert.equal(got.body, 'onetwothree')
  const left = await readdir(join(server.app.home, 'projects/default/uploads', upload_id))
  assert.deepEqual(left.toSorted(), ['done', 'upload.json'], 'the parts are let go')
  const late = await fetch(begin.credentials[0]?.url ?? '', { method: 'PUT', body: 'late' })
  assert.equal(late.status, 404)
})

test('an upload that is aborted leaves nothing, and a part without an upload is nobody’s', async (t) => {
  const { ask, server } = await mlflowServer(t)
  const { experiment, run } = await newRun(ask)
  const place = `${experiment}/${run}/artifacts`
  const begin = await begun(ask, place, 'a.bin', 1)
  await sent(begin, { 1: 'bytes' })
  const { upload_id } = begin
  const folder = join(server.app.home, 'projects/default/uploads')
  assert.equal((await readdir(folder)).length, 1)
  const aborted = await ask('POST', `${mpu}/abort/${place}`, { path: 'a.bin', upload_id })
  assert.equal(aborted.status, 200)
  assert.deepEqual(await readdir(folder), [])

  for (const address of [
    `${upload_id}/1`,
    `${'0'.repeat(64)}/1`,
    `..%2f..%2fmetadata.db/1`,
    `${upload_id}/1?project=never`,
  ]) {
    const { status } = await ask('PUT', `${mpu}/part/${address}`, 'x')
    assert.ok(status === 404 || status === 400, `${address} answered ${status}`)
  }
  assert.ok(!existsSync(join(server.app.home, 'projects/never')), 'no stranger makes a project')
  const wrong = [
    { path: 'a.bin', num_parts: 0 },
    { path: 'a.bin', num_parts: 5001 },
    { path: '..', num_parts: 1 },
    { path: 'folder/', num_parts: 1 },
    { num_parts: 1 },
  ]
  for (const body of wrong) {
    const answer = await ask('POST', `${mpu}/create/${place}`, body)
    assert.equal(answer.status, 400, JSON.stringify(body))
  }
  const nowhere = await ask('POST', `${mpu}/create/${experiment}/${'0'.repeat(32)}/artifacts`, {
    path: 'a.bin',
  })
  assert.equal(nowhere.status, 404)
})

test('only who may write to the run begins, completes and aborts; a part needs the address alone', async (t) => {
  const { server, ask: local } = await mlflowServer(t, { host: '0.0.0.0' })
  const { users, tokens } = server.app.auth
  const password = 'correct horse battery'
  await users.create({ name: 'viewer', kind: 'person', password, role: 'viewer' })
  await users.create({ name: 'editor', kind: 'person', password, role: 'editor' })
  const as = async (user: string): Promise<Ask> => {
    const { token } = await tokens.create({ user, name: 'parts' })
    return (method, path, body) =>
      asking(server.port)(method, path, body, { authorization: `Bearer ${token}` })
  }
  const [viewer, editor] = [await as('viewer'), await as('editor')]
  const { experiment, run } = await newRun(editor)
  const place = `${experiment}/${run}/artifacts`
  assert.equal((await viewer('POST', `${mpu}/create/${place}`, { path: 'a' })).status, 403)
  assert.equal((await local('POST', `${mpu}/create/${place}`, { path: 'a' })).status, 401)
  const begin = await begun(editor, place, 'a', 1)
  const parts = await sent(begin, { 1: 'bytes' })
  const body = { path: 'a', upload_id: begin.upload_id, parts }
  for (const step of ['complete', 'abort']) {
    assert.equal((await viewer('POST', `${mpu}/${step}/${place}`, body)).status, 403, step)
  }
  assert.equal((await editor('POST', `${mpu}/complete/${place}`, body)).status, 200)
})

test('behind a proxy parts go to the address that clients know, by the scheme they use, and nobody else decides that', async (t) => {
  const address = async (config: string, headers: Readonly<Record<string, string>>) => {
    const dir = await temporaryFolder(t)
    await mkdir(join(dir, '.tidemill'))
    await writeFile(join(dir, '.tidemill', 'config.yaml'), `server: { ${config} }`)
    const { app, port } = await runningServer(t, { dir })
    await app.auth.users.create({ name: 'ed', kind: 'service', role: 'editor' })
    const { token } = await app.auth.tokens.create({ user: 'ed', name: 't' })
    const host = 'models.example.org'
    const all = { host, authorization: `Bearer ${token}`, ...headers }
    const ask: Ask = (method, path, body) => asking(port)(method, path, body, all)
    const { experiment, run } = await newRun(ask)
    const { credentials } = await begun(ask, `${experiment}/${run}/artifacts`, 'a', 1)
    return new URL(credentials[0]?.url ?? '').origin
  }
  const hosts = 'hosts: [models.example.org]'
  const said = { 'x-forwarded-proto': 'https' }
  // As docs/operating.md has it, with a proxy that hands on Host and X-Forwarded-For alone.
  const documented = `${hosts}, proxies: [127.0.0.1], secureCookies: true`
  const plain = { 'x-forwarded-for': '203.0.113.1' }
  assert.equal(await address(documented, plain), 'https://models.example.org')
  assert.equal(await address(documented, { host: '127.0.0.1:80' }), 'http://127.0.0.1')
  const named = `${hosts}, proxies: [127.0.0.1]`
  assert.equal(await address(named, said), 'https://models.example.org')
  assert.equal(await address(hosts, said), 'http://models.example.org', 'anybody can send it')
})
