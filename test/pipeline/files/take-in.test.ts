import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { add, loadPipeline } from '#pipeline'
import { commitContent, contentToKeep } from '../../../src/pipeline/cache/outputs.ts'
import { askWorker } from '../../../src/pipeline/files/ask-worker.ts'
import { hashMany } from '../../../src/pipeline/files/hash-many.ts'
import { readPortions } from '../../../src/pipeline/files/read-portions.ts'
import { clockGrainMs } from '../../../src/pipeline/files/prints.ts'
import { statPortions } from '../../../src/pipeline/files/stat-many.ts'
import { openThreads } from '../../../src/pipeline/files/threads.ts'
import { openRepository } from '../../../src/pipeline/repository.ts'
import { smallDisk } from '../../support/small-disk.ts'
import { project } from '../support/project.ts'

function folder(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, at) => [`data/${at % 7}/${at}`, `file ${at >> 1}\n`]),
  )
}

for (const [count, threads] of [
  [10, 'one thread'],
  [2500, 'several'],
] as const) {
  test(`what is described to be kept is read once and is among the objects by then: by ${threads}`, async (t) => {
    const made = await project(t, folder(count))
    const repository = openRepository(made.root)
    const content = await contentToKeep(repository, 'data')
    const cache = join(made.root, '.dvc/cache')
    const digests = new Set(content?.manifest?.files.map(({ md5 }) => md5))
    assert.equal(digests.size, count / 2)
    const places = [...digests].map((md5) => repository.cache.path(md5))
    const summed = execFileSync('md5sum', places, { encoding: 'utf8' }).trim().split('\n')
    assert.deepEqual(
      summed.map((line) => line.slice(0, 32)),
      [...digests],
    )
    assert.ok(places.every((place) => (statSync(place).mode & 0o777) === 0o444))
    assert.deepEqual(readdirSync(join(cache, 'tidemill/tmp')), [])
  })
}

test('an object that is there under the name of a file, and is another, is set aside for the file', async (t) => {
  const made = await project(t, { 'data/a': 'right\n' })
  await add(loadPipeline(made.root), ['data'])
  const { cache } = openRepository(made.root)
  const place = cache.path(hash('md5', 'right\n', 'hex'))
  chmodSync(place, 0o644)
  writeFileSync(place, 'wrong\n')
  made.write({ 'data/b': 'right\n' })
  await add(loadPipeline(made.root), ['data'])
  assert.equal(readFileSync(place, 'utf8'), 'right\n')
})

test('an object that was taken in and changed through a link since is not believed when its content is kept again', async (t) => {
  const made = await project(t, { 'first/a': 'right\n', 'second/a': 'right\n' })
  const repository = openRepository(made.root)
  const keep = async (target: string) => {
    const content = await contentToKeep(repository, target)
    assert.ok(content)
    await commitContent(repository, target, content)
  }
  await keep('first')
  const place = repository.cache.path(hash('md5', 'right\n', 'hex'))
  chmodSync(place, 0o644)
  writeFileSync(place, 'wrong\n')
  await keep('second')
  assert.equal(readFileSync(place, 'utf8'), 'right\n')
})

test('who waits for the disk waits, too, for what another is waiting for', async (t) => {
  const made = await project(t, { large: 'x'.repeat(2 << 20) })
  const { cache } = openRepository(made.root)
  await cache.addFile(join(made.root, 'large'), hash('md5', 'x'.repeat(2 << 20), 'hex'))
  const ended: string[] = []
  await Promise.all(
    ['one', 'another'].map((who) => cache.settle().then(() => void ended.push(who))),
  )
  assert.deepEqual(ended, ['one', 'another'])
})

test('a thread that ends without an answer ends the work with an error', async () => {
  const worker = new Worker('process.exit(3)', { eval: true })
  const next = new Int32Array(new SharedArrayBuffer(4))
  const asked = askWorker(worker, 'read', { portions: [{}], next })
  await assert.rejects(asked, /ended before it answered/)
  assert.equal(next[0], 1)
})

test('of many new files one that goes before it is read is left out, and none is looked at before', async (t) => {
  const made = await project(t, folder(2500))
  const { files, state } = openRepository(made.root)
  const asked: number[] = []
  const content = await files.content('data', async (unknown, threads) => {
    if (asked.length === 0) rmSync(join(made.root, 'data/3/10'))
    asked.push(unknown.length)
    return hashMany(unknown, threads)
  })
  assert.equal(content?.nfiles, 2499)
  assert.deepEqual(asked, [2500, 2499])
  assert.ok(state.knows('data/0/0'))
})

test('of a folder of which some files are known only the others are read', async (t) => {
  const made = await project(t, { ...folder(2100), 'data/another': 'new\n' })
  const { files } = openRepository(made.root)
  // what was written just now might be written once more in the same moment, and is not remembered
  await delay(2 * clockGrainMs)
  await files.content('data/0')
  const asked: number[] = []
  await files.content('data', (unknown, threads) => {
    asked.push(unknown.length)
    return hashMany(unknown, threads)
  })
  assert.deepEqual(asked, [2101 - 300])
})

test('after a thread has died the others are not waited for, and the work goes on', async (t) => {
  const threads = openThreads()
  t.after(threads.close)
  threads.start(1)
  const next = (): Int32Array => new Int32Array(new SharedArrayBuffer(4))
  const found = new Float64Array(new SharedArrayBuffer(40))
  const wrong = { top: '/', portions: [5 as never], next: next(), found }
  await assert.rejects(
    threads.share('stat', wrong, () => Promise.resolve()),
    /split is not a function/,
  )
  const right = { top: '/', portions: ['etc'], next: next(), found }
  assert.equal((await threads.share('stat', right, statPortions)).length, 1)
  assert.ok(found.some((each) => each > 0))
})

test('one file that cannot be read stops all threads, and is named', async (t) => {
  const made = await project(t, { ...folder(2500), 'data/loop@': 'loop' })
  await assert.rejects(add(loadPipeline(made.root), ['data']), /data\/loop/)
})

for (const [entries, which] of [
  [3, 'the folder of a thread'],
  [4, 'a folder of objects'],
] as const) {
  test(`a disk without room for ${which} is said to be full, with what there was no room for`, async (t) => {
    const disk = await smallDisk(t, 1, entries)
    if (disk === undefined) return
    const places = { objects: join(disk, 'objects'), temporary: join(disk, 'temporary') }
    for (const folder of Object.values(places)) mkdirSync(folder)
    const made = await project(t, { a: 'text\n' })
    const portions = [{ start: 0, paths: [join(made.root, 'a')] }]
    const next = new Int32Array(new SharedArrayBuffer(4))
    const { failed } = await readPortions({ portions, next, into: places })
    const what = entries === 3 ? places.temporary : join(made.root, 'a')
    assert.deepEqual(failed, { code: 'disk_full', details: { what } })
    assert.deepEqual(readdirSync(places.temporary), [])
  })
}
