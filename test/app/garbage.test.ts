import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { sql } from 'kysely'
import { localCaller, localIdentity, openApp, type App, type Rooms } from '#app'
import { operations, type Caller } from '#contract'
import { temporaryFolder } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'
import { ageObjects } from './support/age-objects.ts'

const { runs } = operations

interface Opened {
  readonly app: App
  readonly rooms: Rooms
  readonly caller: Caller
  readonly home: string
}

async function open(t: TestContext): Promise<Opened> {
  const home = `${await temporaryFolder(t)}/.tidemill`
  const app = await openApp({ home })
  t.after(() => app.close())
  const rooms = await app.project('default')
  return { app, rooms, home, caller: localCaller(app, 'default', localIdentity()) }
}

/** A run with something in every table that runs have rows in, and a file of its own beside one that all share. */
async function fullRun({ tracking }: Rooms, experiment: string, bytes: number): Promise<string> {
  const run = await tracking.create({ experiment, user: 'u', params: { a: 1 }, tags: { t: 'x' } })
  await tracking.log(run.id, { metrics: [{ key: 'm', value: 1 }] })
  const data = { name: 'd', digest: run.id, sourceType: 's', source: '{}', tags: { k: 'v' } }
  await tracking.logInputs(run.id, [data], [])
  const model = await tracking.createLoggedModel({
    ...{ experiment: run.experimentId, run: run.id },
    params: { p: '1' },
    tags: { q: '2' },
  })
  await tracking.logOutputs(run.id, [{ model: model.id, step: 0 }])
  await tracking.log(run.id, { metrics: [{ key: 'm', value: 2, step: 1, model: model.id }] })
  await tracking.putArtifact(run.id, 'shared.txt', Readable.from(['the same everywhere']))
  const own = Readable.from([Buffer.alloc(bytes, run.id)])
  await tracking.putArtifact(model.id, 'model.bin', own)
  return run.id
}

/** Tables that still name something. */
async function namedIn({ metadata }: Rooms, text: string): Promise<readonly string[]> {
  const database = metadata.tables<Record<string, never>>()
  const { rows: columns } = await sql<{ table: string; column: string }>`
    select m.name as "table", p.name as "column" from sqlite_schema m, pragma_table_info(m.name) p
    where m.type = 'table' and lower(p.type) = 'text'`.execute(database)
  const found: string[] = []
  for (const { table, column } of columns) {
    const { rows } = await sql`select 1 from ${sql.table(table)}
      where ${sql.ref(column)} like ${`%${text}%`} limit 1`.execute(database)
    if (rows.length > 0) found.push(`${table}.${column}`)
  }
  return found
}

test('gc ends a removed run in every table, frees its bytes and no others, and says beforehand how many', async (t) => {
  const { rooms, caller } = await open(t)
  const [gone, stays] = [await fullRun(rooms, 'e', 5000), await fullRun(rooms, 'e', 7000)]
  const { digest: raw } = await rooms.lake.keep(Readable.from(['a dataset’s own bytes']))
  await ageObjects(rooms.folder)
  await caller.call(runs.remove, { run: gone })
  assert.ok((await namedIn(rooms, gone)).length > 8)
  const planned = await caller.call(runs.gc, {})
  assert.deepEqual([planned.dry, planned.runs, planned.models], [true, 1, 1])
  assert.equal((await rooms.tracking.run(gone)).id, gone, 'a dry run removes nothing')
  const done = await caller.call(runs.gc, { dry: false })
  assert.deepEqual({ ...done, dry: true }, planned)
  // The bytes that no version names are gone with it: nothing in the database knew them.
  assert.equal(done.bytes, 5000 + 'a dataset’s own bytes'.length + 2)
  assert.equal(await rooms.objects.stat(raw), undefined)
  assert.deepEqual(await namedIn(rooms, gone), [])
  const files = await rooms.tracking.artifacts(stays)
  assert.ok(files[0] && (await rooms.objects.stat(files[0].digest as never)))
  assert.equal((await rooms.tracking.history(stays, 'm')).total, 2)
})

test('gc of some runs frees their bytes alone: what else nothing names waits for a gc of everything', async (t) => {
  const { rooms, caller } = await open(t)
  const [one, other] = [await fullRun(rooms, 'e', 4000), await fullRun(rooms, 'e', 6000)]
  const { digest: raw } = await rooms.lake.keep(Readable.from(['bytes that nothing names']))
  await ageObjects(rooms.folder)
  await caller.call(runs.remove, { run: one })
  await caller.call(runs.remove, { run: other })
  const planned = await caller.call(runs.gc, { runs: [one] })
  assert.deepEqual([planned.runs, planned.objects, planned.bytes], [1, 1, 4000])
  const done = await caller.call(runs.gc, { runs: [one], dry: false })
  assert.deepEqual({ ...done, dry: true }, planned)
  assert.ok(await rooms.objects.stat(raw), 'it is of no run that was named')
  const all = await caller.call(runs.gc, { dry: false })
  assert.equal(all.bytes, 6000 + 'the same everywhere'.length + 'bytes that nothing names'.length)
  assert.equal(await rooms.objects.stat(raw), undefined)
})

test('bytes that were stored a moment ago wait, for somebody may be about to record them', async (t) => {
  const { rooms, caller } = await open(t)
  const run = await fullRun(rooms, 'e', 3000)
  await caller.call(runs.remove, { run })
  const first = await caller.call(runs.gc, { dry: false })
  assert.deepEqual([first.runs, first.bytes, first.waiting.objects], [1, 0, 2])
  await ageObjects(rooms.folder)
  // Stored again in the meantime, with bytes at hand: the object is kept, and its time is new.
  const { digest } = await rooms.objects.put(Buffer.from('the same everywhere'))
  const second = await caller.call(runs.gc, { dry: false })
  assert.deepEqual([second.bytes, second.waiting.objects], [3000, 1])
  assert.ok(await rooms.objects.stat(digest))
})

test('the name of a removed experiment is free after gc, and its traces are gone', async (t) => {
  const { rooms, caller } = await open(t)
  await fullRun(rooms, 'old', 10)
  const experiment = (await rooms.tracking.findExperiment('old'))?.id ?? ''
  await rooms.tracking.saveTrace({
    ...{ id: 'tr-9', experiment, startedAt: 1, state: 'ok', tags: { a: 'b' } },
    metadata: { c: 'd' },
  })
  await caller.call(runs.removeExperiment, { experiment })
  await assert.rejects(caller.call(runs.createExperiment, { name: 'old' }), /exists already/)
  const { experiments } = await caller.call(runs.gc, { dry: false, experiment: 'old' })
  assert.deepEqual(experiments, ['old'])
  assert.deepEqual(await namedIn(rooms, 'tr-9'), [])
  assert.deepEqual(await namedIn(rooms, experiment), [])
  const { experiment: made } = await caller.call(runs.createExperiment, { name: 'old' })
  assert.notEqual(made.id, experiment)
})

test('gc leaves what a registered version needs, what is too young, and what is in other experiments', async (t) => {
  const { rooms, caller } = await open(t)
  const [used, young, other] = await Promise.all(
    ['e', 'e', 'f'].map((experiment) => fullRun(rooms, experiment, 10)),
  )
  for (const run of [used, young, other]) await caller.call(runs.remove, { run: run ?? '' })
  await rooms.registry.createModel({ name: 'm' })
  const uri = `runs:/${used}/model`
  await sql`insert into model_versions (model, version, digest, size, signature, run, metrics, params, source, card, created_at, created_by, uri)
    values ('m', 1, '', 0, '{}', null, '{}', '{}', '{}', '', 1, 'u', ${uri})`.execute(
    rooms.metadata.tables<Record<string, never>>(),
  )
  const report = await caller.call(runs.gc, { dry: false, experiment: 'e', olderThanMs: 60_000 })
  assert.equal(report.runs, 0, 'none was removed a minute ago')
  const second = await caller.call(runs.gc, { dry: false, experiment: 'e' })
  assert.deepEqual([second.runs, second.kept], [1, [used, ...second.kept.slice(1)]])
  assert.equal((await rooms.tracking.run(used ?? '')).id, used)
  assert.equal((await rooms.tracking.run(other ?? '')).id, other)
  await assert.rejects(rooms.tracking.run(young ?? ''), /no run/)
})

test('one run goes for good by its identifier, and one that is not removed does not', async (t) => {
  const { rooms, caller } = await open(t)
  const [one, two] = [await fullRun(rooms, 'e', 10), await fullRun(rooms, 'e', 10)]
  await caller.call(runs.remove, { run: one })
  const report = await caller.call(runs.gc, { runs: [one, two], dry: false })
  assert.equal(report.runs, 1)
  assert.equal((await rooms.tracking.run(two)).id, two)
})

test('the command line says what would go, and takes a yes', async (t) => {
  const folder = await temporaryFolder(t)
  const home = `${folder}/.tidemill`
  const app = await openApp({ home })
  const rooms = await app.project('default')
  const run = await fullRun(rooms, 'e', 2_000_000)
  await ageObjects(rooms.folder)
  await rooms.tracking.remove(run)
  await app.close()
  const at = (...args: readonly string[]) => tidemill(['runs', ...args, '--home', home], folder)
  const dry = await at('gc')
  assert.match(dry.stdout, /1 runs, 1 logged models.*2\.0 MB.*would go.*--yes/)
  assert.match((await at('ls', '--removed', '--count')).stdout, /^1$/m)
  assert.match((await at('gc', '--older-than', '1d', '--yes')).stdout, /0 runs/)
  assert.equal((await at('gc', '--older-than', 'soon')).code, 2)
  assert.match((await at('gc', '--yes')).stdout, /gone for good: 1 runs/)
  assert.match((await at('ls', '--removed', '--count')).stdout, /^0$/m)
})
