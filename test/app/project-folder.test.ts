import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { Client } from 'pg'
import {
  exportProject,
  importProject,
  localCaller,
  localIdentity,
  makeSigningKey,
  openApp,
  readSigningKey,
  signStatement,
  type App,
} from '#app'
import { operations } from '#contract'
import { openedProject, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { postgresUrl, skipPostgres } from '../support/postgres.ts'

/** A project with a run in it: params, odd metrics, a file, and a registered version. */
async function filled(t: TestContext): Promise<App> {
  const { app } = await openedProject(t)
  const { tracking, lake } = await app.project('default')
  const run = await tracking.create({ experiment: 'e', user: 'u', params: { lr: 0.1 } })
  await tracking.log(run.id, {
    metrics: [
      { key: 'nan', value: NaN },
      { key: 'inf', value: Infinity },
      { key: 'exact', value: 0.1 + 0.2, step: -7 },
    ],
  })
  await tracking.putArtifact(
    run.id,
    'notes/ünï.txt',
    (await import('node:stream')).Readable.from(['zwölf']),
  )
  await tracking.saveTrace({
    id: 'tr-1',
    experiment: run.experimentId,
    startedAt: 1,
    state: 'ok',
    // Letters that end a line for some, and none in JSON.
    tags: { a: 'b\u2028c\u2029d\r\n' },
    metadata: {},
  })
  assert.deepEqual(await lake.list(), [])
  return app
}

async function contentOf(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile() && entry.name !== 'manifest.json')
  return new Map(
    await Promise.all(
      files.map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return [path.slice(folder.length), await readFile(path, 'base64')] as const
      }),
    ),
  )
}

test('a project goes out as a folder and comes in as the same project, byte for byte', async (t) => {
  const app = await filled(t)
  const folder = await temporaryFolder(t)
  const out = await exportProject(await app.project('default'), join(folder, 'out'))
  const done = await importProject(await app.project('second', { make: true }), join(folder, 'out'))
  assert.deepEqual([done.rows, done.objects], [out.rows, out.objects])
  await exportProject(await app.project('second', { make: true }), join(folder, 'again'))
  assert.deepEqual(await contentOf(join(folder, 'again')), await contentOf(join(folder, 'out')))
  const { tracking } = await app.project('second', { make: true })
  const { items } = await tracking.search({ experiment: 'e' })
  assert.equal(items[0]?.metrics.exact, 0.1 + 0.2)
  assert.ok(Number.isNaN(items[0]?.metrics.nan))
})

test('what stands for a version goes with the project: manifest, signature, policy, consumers, requests, cards', async (t) => {
  const { app } = await openedProject(t)
  const caller = localCaller(app, 'default', localIdentity())
  const { models } = operations
  const { version } = await registeredModel(caller, { model: 'm' })
  const one = { name: 'm', version }
  const folder = await temporaryFolder(t)
  const key = await makeSigningKey(folder, 'k')
  await caller.call(models.trustKey, { name: 'k', publicKey: key.publicKey })
  const { statement } = await caller.call(models.statement, one)
  const envelope = signStatement(statement, await readSigningKey(folder, 'k'), 'k')
  await caller.call(models.sign, { ...one, envelope })
  await caller.call(models.card, { ...one, card: 'by hand' })
  const outputs = [{ name: 'label', type: 'string' as const }]
  await caller.call(models.setConsumer, { name: 'm', consumer: 'app', contract: { outputs } })
  const policy = { alias: 'champion', approvals: 2, signed: true }
  await caller.call(models.policy, { name: 'm', ...policy })
  const asked = await caller.call(models.ask, { ...one, alias: 'champion', why: 'good' })
  assert.equal(asked.request?.state, 'open')

  await exportProject(await app.project('default'), join(folder, 'out'))
  await importProject(await app.project('second', { make: true }), join(folder, 'out'))
  const there = localCaller(app, 'second', localIdentity())
  for (const operation of [models.requests, models.consumers, models.get] as const) {
    const asks = (from: typeof caller) => from.call(operation as typeof models.get, { name: 'm' })
    assert.deepEqual(await asks(there), await asks(caller), operation.name)
  }
  for (const operation of [models.verify, models.cardEdits, models.version] as const) {
    const asks = (from: typeof caller) => from.call(operation as typeof models.verify, one)
    assert.deepEqual(await asks(there), await asks(caller), operation.name)
  }
  const verified = await there.call(models.verify, one)
  assert.deepEqual([verified.intact, verified.signed], [true, true], 'it can be verified there')
})

test(
  'a project moves from SQLite to PostgreSQL by its folder, and goes on counting there',
  { skip: skipPostgres },
  async (t) => {
    const app = await filled(t)
    const folder = await temporaryFolder(t)
    await exportProject(await app.project('default'), join(folder, 'out'))
    const url = new URL(await postgresUrl())
    const name = `tidemill_${randomBytes(6).toString('hex')}`
    const client = new Client({ connectionString: url.href })
    await client.connect()
    await client.query(`create database ${name}`)
    await client.end()
    url.pathname = `/${name}`
    process.env.TIDEMILL_DATABASE_URL = url.href
    t.after(() => {
      delete process.env.TIDEMILL_DATABASE_URL
    })
    const other = await openApp({ home: join(folder, 'home') })
    t.after(() => other.close())
    const rooms = await other.project('default')
    await importProject(rooms, join(folder, 'out'))
    await exportProject(rooms, join(folder, 'again'))
    const [before, after] = [
      await contentOf(join(folder, 'out')),
      await contentOf(join(folder, 'again')),
    ]
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted())
    const run = await rooms.tracking.create({ experiment: 'e', user: 'u' })
    await rooms.tracking.log(run.id, { metrics: [{ key: 'new', value: 1 }] })
    assert.deepEqual((await rooms.tracking.run(run.id)).metrics, { new: 1 })
  },
)

test('a folder that was changed, and a project that is not empty, are refused and nothing is done', async (t) => {
  const app = await filled(t)
  const folder = await temporaryFolder(t)
  const out = join(folder, 'out')
  await exportProject(await app.project('default'), out)
  await assert.rejects(importProject(await app.project('default'), out), /is not empty/)
  await assert.rejects(exportProject(await app.project('default'), out), /exists/)
  await appendFile(join(out, 'tables/experiments.jsonl'), '{"id":"7","name":"x"}\n')
  await assert.rejects(
    importProject(await app.project('second', { make: true }), out),
    /not as it was written|experiments/,
  )
  const { tracking } = await app.project('second', { make: true })
  assert.deepEqual(await tracking.experiments(), [])
  await writeFile(join(out, 'manifest.json'), '{"format":"other"}')
  await assert.rejects(
    importProject(await app.project('third', { make: true }), out),
    /something else/,
  )
  await assert.rejects(
    importProject(await app.project('third', { make: true }), folder),
    /no manifest.json/,
  )
})
