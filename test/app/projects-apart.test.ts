import assert from 'node:assert/strict'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { openApp } from '#app'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { exportProject } from '../../src/app/project-folder.ts'
import { onPostgres, skipPostgres } from '../support/postgres.ts'
import { redisUrl, skipRedis } from '../support/redis.ts'
import { registeredModel } from '../support/registered-models.ts'

test('projects on one Redis keep their online values apart', { skip: skipRedis }, async (t) => {
  const dir = await temporaryFolder(t)
  const home = join(dir, '.tidemill')
  const first = await openApp({ home })
  await first.close()
  await writeFile(join(home, 'config.yaml'), `redis: ${await redisUrl()}\n`)
  const app = await openApp({ home })
  t.after(() => app.close())
  const [one, other] = [await app.project('default'), await app.project('b', { make: true })]
  const bytes = new Uint8Array([1, 2, 3])
  await one.online.write('view', [{ key: 'k', bytes, eventTime: 1 }])
  assert.deepEqual((await one.online.read('view', ['k']))[0]?.bytes, bytes)
  assert.deepEqual(await other.online.read('view', ['k']), [undefined])
  await other.online.drop('view')
  assert.deepEqual((await one.online.read('view', ['k']))[0]?.bytes, bytes)
})

test(
  'what was materialised on Redis before projects had keys of their own is there in the default project, and in no other',
  { skip: skipRedis },
  async (t) => {
    const dir = await temporaryFolder(t)
    const home = join(dir, '.tidemill')
    await mkdir(home)
    const redis = await redisUrl()
    await writeFile(join(home, 'config.yaml'), `redis: ${redis}\n`)
    const app = await openApp({ home })
    t.after(() => app.close())
    const [usual, other] = [
      await app.project('default'),
      await app.project('online', { make: true }),
    ]
    const client = createClient({ url: redis })
    await client.connect()
    t.after(() => client.destroy())
    const bytes = new Uint8Array([4, 5])
    await usual.online.write('old', [{ key: 'k', bytes, eventTime: 1 }])
    assert.deepEqual(await client.keys('*old*'), ['tidemill:online:old:k'])
    await other.online.write('old', [{ key: 'k', bytes, eventTime: 1 }])
    await usual.online.drop('online')
    assert.deepEqual((await other.online.read('old', ['k']))[0]?.bytes, bytes)
  },
)

test('who has a role in one project hears of its changes alone, and reads no metrics of all', async (t) => {
  const server = await runningServer(t, { host: '0.0.0.0' })
  const { users, tokens } = server.app.auth
  const base = `http://127.0.0.1:${server.port}`
  const tokenOf = async (name: string, project: string, role: 'viewer' | 'admin') => {
    await users.create({ name, kind: 'service', role, project })
    return (await tokens.create({ user: name, name: 't' })).token
  }
  const root = await tokenOf('root', '*', 'admin')
  const own = await tokenOf('own', 'mine', 'viewer')
  const all = await tokenOf('all', '*', 'viewer')
  const experiment = (project: string, name: string): Promise<unknown> =>
    httpCaller({ url: base, token: root, project }).call(operations.runs.createExperiment, { name })
  await experiment('mine', 'before')
  await experiment('other', 'before')
  const headers = { authorization: `Bearer ${own}`, 'x-tidemill-project': 'mine' }
  const gone = new AbortController()
  const stream = await fetch(`${base}/api/events`, { headers, signal: gone.signal })
  const heard: string[] = []
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) heard.push(Buffer.from(chunk).toString())
  })().catch(() => undefined)
  await delay(100)
  await experiment('other', 'a secret of others')
  await experiment('mine', 'news of mine')
  for (let i = 0; i < 100 && !heard.join('').includes('runs'); i++) await delay(20)
  gone.abort()
  await reading
  assert.equal(heard.join('').match(/"area"/g)?.length, 1, heard.join(''))

  const metrics = async (token: string): Promise<number> => {
    const given = { authorization: `Bearer ${token}`, 'x-tidemill-project': 'mine' }
    const response = await fetch(`${base}/metrics`, { headers: given })
    await response.body?.cancel()
    return response.status
  }
  assert.deepEqual([await metrics(own), await metrics(all)], [403, 200])
})

test('whether the server is ready, its metrics and its searches count no predictions', async (t) => {
  const { app, url } = await runningServer(t)
  const rooms = await app.project('default')
  await rooms.registry.declare('m', '')
  await rooms.serving.put('e', 'm', 'champion')
  Object.assign(rooms.serving.log, { count: () => Promise.reject(new Error('counted')) })
  for (const path of ['/ready', '/metrics', '/api/find?text=e', '/api/models/m']) {
    const response = await fetch(`${url}${path}`)
    assert.equal(response.status, 200, path)
    await response.body?.cancel()
  }
})

test('an alias that has moved has moved, though an endpoint cannot load the version: that says so and is left alone for a while', async (t) => {
  const { app, url } = await runningServer(t)
  const caller = httpCaller({ url })
  const rooms = await app.project('default')
  const { version } = await registeredModel(caller, { model: 'm' })
  await caller.call(operations.endpoints.put, { name: 'e', model: 'm', alias: 'shadow' })
  let reads = 0
  const unreadable = (): Promise<never> => Promise.reject(new Error(`unreadable ${++reads}`))
  Object.assign(rooms.objects, { read: unreadable })
  const wish = { name: 'm', alias: 'shadow', version }
  const { model } = await caller.call(operations.models.alias, wish)
  assert.equal(model.aliases.shadow, version)
  const [endpoint] = await rooms.serving.listed()
  assert.deepEqual([endpoint?.state, endpoint?.problem], ['failed', `unreadable ${reads}`])
  const before = reads
  for (let turn = 0; turn < 5; turn++) await rooms.serving.refresh()
  assert.equal(reads, before)
})

test(
  'projects on one PostgreSQL keep apart however long their names are, and none is among the users',
  { skip: skipPostgres },
  async (t) => {
    await onPostgres(t)
    const dir = await temporaryFolder(t)
    const app = await openApp({ home: join(dir, '.tidemill') })
    t.after(() => app.close())
    const long = 'a'.repeat(62)
    const [one, other] = [
      await app.project(`${long}1`, { make: true }),
      await app.project(`${long}2`, { make: true }),
    ]
    const run = await one.tracking.create({ experiment: 'e', user: 'u' })
    assert.deepEqual(await other.tracking.experiments(), [])
    assert.equal((await one.tracking.run(run.id)).experiment, 'e')
    const named = await app.project('identity', { make: true })
    await exportProject(named, join(dir, 'out'))
    const tables = await readdir(join(dir, 'out/tables'))
    assert.ok(tables.includes('runs.jsonl'))
    assert.deepEqual(
      tables.filter((each) => each.startsWith('auth_')),
      [],
    )
  },
)
