import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { hash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { add, addRemote, loadPipeline, modifyRemote, pull, push, status } from '#pipeline'
import { s3Keys, s3Server, skipS3 } from '../../support/remote-servers.ts'
import { project, type Project } from '../support/project.ts'

const own = JSON.stringify(new URL('../../../src/pipeline/index.ts', import.meta.url).href)

/** Runs a command of the room in a process of its own, and kills that, and only that, after a while; whether it was still at work. */
async function killed(root: string, call: string, afterMs: number): Promise<boolean> {
  const program = `import * as room from ${own}
const pipeline = room.loadPipeline(process.argv[1])
process.stdout.write('.')
await room.${call}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  await Promise.race([delay(afterMs), ended])
  child.kill('SIGKILL')
  const [, signal] = await ended
  return signal === 'SIGKILL'
}

/** Every object of a store is whole, and with `folders` a folder's manifest is there only with all its files. */
function wholeStore(top: string, options: { readonly folders: boolean }): void {
  if (!existsSync(top)) return
  const objects = readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{30}(?:\.dir)?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
  for (const file of objects) {
    const bytes = readFileSync(file)
    const [rest = '', prefix = ''] = file.split('/').toReversed()
    assert.equal(`${prefix}${rest}`.slice(0, 32), hash('md5', bytes, 'hex'), file)
    if (!options.folders || !rest.endsWith('.dir')) continue
    const files: readonly { md5: string }[] = JSON.parse(bytes.toString())
    for (const { md5 } of files)
      assert.ok(existsSync(join(top, md5.slice(0, 2), md5.slice(2))), `${rest} without ${md5}`)
  }
}

interface Data extends Project {
  /** What lies in the folder now, by name. */
  readonly contents: () => Readonly<Record<string, string>>
  readonly cache: string
}

async function dataProject(t: TestContext): Promise<Data> {
  const made = await project(t, {}, { git: true })
  mkdirSync(join(made.root, 'data'))
  for (let index = 0; index < 60; index += 1)
    writeFileSync(join(made.root, `data/f${index}`), randomBytes(20_000))
  writeFileSync(join(made.root, 'data/large'), randomBytes(9_000_000))
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  return {
    ...made,
    cache: join(made.root, '.dvc/cache/files/md5'),
    contents: () =>
      Object.fromEntries(
        readdirSync(join(made.root, 'data')).map((name) => [
          name,
          hash('md5', readFileSync(join(made.root, 'data', name)), 'hex'),
        ]),
      ),
  }
}

/** Moments to kill at, drawn so that early and late ones come. */
function moments(count: number, most: number, seed: number): readonly number[] {
  return fc.sample(fc.integer({ min: 0, max: most }), { numRuns: count, seed })
}

test('add killed at any of 20 points: no object is half, and adding again completes', async (t) => {
  const made = await dataProject(t)
  let hit = 0
  for (const ms of moments(80, 160, 1)) {
    if (hit === 20) break
    writeFileSync(join(made.root, 'data/large'), randomBytes(9_000_000))
    if (await killed(made.root, `add(pipeline, ['data'])`, ms)) hit += 1
    wholeStore(made.cache, { folders: true })
    if (existsSync(join(made.root, 'data.dvc'))) loadPipeline(made.root)
  }
  assert.ok(hit >= 5, `${hit} kills`)
  await add(loadPipeline(made.root), ['data'])
  assert.deepEqual(await status(loadPipeline(made.root)), [])
})

async function pushes(made: Data, store: string, count: number, clear: () => void): Promise<void> {
  await add(loadPipeline(made.root), ['data'])
  let hit = 0
  for (const [index, ms] of moments(2 * count, 400, 2).entries()) {
    if (hit === count) break
    if (await killed(made.root, 'push(pipeline)', ms)) hit += 1
    wholeStore(store, { folders: true })
    if (index % 5 !== 4) continue
    await push(loadPipeline(made.root))
    wholeStore(store, { folders: true })
    assert.deepEqual(await push(loadPipeline(made.root)), { objects: 0, runs: 0 })
    clear()
  }
  assert.ok(hit >= count * 0.5, `${hit} kills`)
}

test('push killed at any of 20 points: nothing half on the remote is believed, and pushing again completes', async (t) => {
  const made = await dataProject(t)
  const store = join(made.root, '../store')
  await pushes(made, join(store, 'files/md5'), 20, () => rmSync(store, { recursive: true }))
})

test('push to S3 killed at any of 10 points: the same', { skip: skipS3 }, async (t) => {
  const made = await dataProject(t)
  const { port, folder } = await s3Server()
  const bucket = `kill${randomBytes(4).toString('hex')}`
  const data = join(folder, 'data', bucket)
  mkdirSync(data)
  const settings = {
    url: `s3://${bucket}/x`,
    endpointurl: `http://127.0.0.1:${port}`,
    access_key_id: s3Keys.id,
    secret_access_key: s3Keys.secret,
    region: 'us-east-1',
  }
  for (const [key, value] of Object.entries(settings))
    modifyRemote(made.root, 'store', key, value, 'local')
  await pushes(made, join(data, 'x/files/md5'), 10, () =>
    rmSync(join(data, 'x'), { recursive: true }),
  )
})

test('pull killed at any of 20 points: no half object is believed, and pulling again completes', async (t) => {
  const made = await dataProject(t)
  await add(loadPipeline(made.root), ['data'])
  await push(loadPipeline(made.root))
  const whole = made.contents()
  let hit = 0
  for (const [index, ms] of moments(80, 300, 3).entries()) {
    if (hit === 20) break
    if (index % 4 === 0) made.drop('.dvc/cache', 'data')
    if (await killed(made.root, 'pull(pipeline)', ms)) hit += 1
    wholeStore(made.cache, { folders: false })
    if (index % 4 !== 3) continue
    await pull(loadPipeline(made.root))
    assert.deepEqual(made.contents(), whole)
  }
  assert.ok(hit >= 5, `${hit} kills`)
})

test('checkout killed at any of 15 points: what lies there is whole, and checking out again completes', async (t) => {
  const made = await dataProject(t)
  await add(loadPipeline(made.root), ['data'])
  const whole = made.contents()
  let hit = 0
  for (const ms of moments(45, 80, 4)) {
    if (hit === 15) break
    made.drop('data')
    if (await killed(made.root, 'checkout(pipeline)', ms)) hit += 1
    const there = existsSync(join(made.root, 'data')) ? made.contents() : {}
    for (const [name, md5] of Object.entries(there)) assert.equal(md5, whole[name], name)
    await pull(loadPipeline(made.root)).catch(() => undefined)
  }
  assert.ok(hit >= 5, `${hit} kills`)
  assert.deepEqual(made.contents(), whole)
})

test('gc killed at any of 15 points: nothing that is recorded is lost, and gc again completes', async (t) => {
  const made = await dataProject(t)
  let hit = 0
  for (const ms of moments(60, 120, 5)) {
    if (hit === 15) break
    for (let index = 0; index < 60; index += 1)
      writeFileSync(join(made.root, `data/f${index}`), randomBytes(2000))
    await add(loadPipeline(made.root), ['data'])
    const whole = made.contents()
    if (await killed(made.root, 'gc(pipeline, { dry: false })', ms)) hit += 1
    wholeStore(made.cache, { folders: false })
    made.drop('data')
    await pull(loadPipeline(made.root))
    assert.deepEqual(made.contents(), whole)
  }
  assert.ok(hit >= 5, `${hit} kills`)
})
