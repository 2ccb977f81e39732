import assert from 'node:assert/strict'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  add,
  addRemote,
  dataStatus,
  fetch,
  fsck,
  gc,
  loadPipeline,
  pull,
  push,
  remoteStatus,
  setConfig,
} from '#pipeline'
import { withRetries } from '../../../src/pipeline/remotes/with-retries.ts'
import { folderRemote } from '../../../src/pipeline/remotes/folder-remote.ts'
import { presentOn } from '../../../src/pipeline/remotes/presence.ts'
import { unreachable } from '../../../src/pipeline/remotes/remote-errors.ts'
import type { Remote } from '../../../src/pipeline/remotes/remote.ts'
import { freePort } from '../../support/services.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project, type Project } from '../support/project.ts'

// md5 of 'one\n', 'two\n' and 'three\n', by md5sum
const [one, two, three] = [
  '5bbf5a52328e7439ae6e719dfe712200',
  'c193497a1a06b2c72230e6146ff47080',
  'febe6995bad457991331348f7b9c85fa',
] as const

/** A folder of three files, added; a folder remote beside the repository. */
async function threeFiles(t: TestContext): Promise<Project & { store: string }> {
  const made = await project(
    t,
    { 'data/1': 'one\n', 'data/2': 'two\n', 'data/sub/3': 'three\n' },
    { git: true },
  )
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['data'])
  return { ...made, store: join(made.root, '../store') }
}

const at = (folder: string, md5: string) => join(folder, 'files/md5', md5.slice(0, 2), md5.slice(2))

function spoil(file: string): void {
  chmodSync(file, 0o644)
  writeFileSync(file, 'spoiled')
  chmodSync(file, 0o444)
}

function forget(made: Project, ...paths: readonly string[]): void {
  made.drop(...paths)
  // another clone remembers nothing of what it had
  made.drop('.dvc/tmp')
}

test('an object that is spoiled on the remote is never believed; what is sound comes, and the spoiled one is named', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  spoil(at(made.store, two))
  forget(made, '.dvc/cache', 'data')
  await assert.rejects(
    fetch(loadPipeline(made.root)),
    failsWith('object_corrupt', `md5:${two} on store`),
  )
  const cache = join(made.root, '.dvc/cache')
  assert.deepEqual(
    [one, two, three].map((md5) => existsSync(at(cache, md5))),
    [true, false, true],
  )
  assert.deepEqual(readdirSync(join(made.root, '.dvc/tmp/tidemill/partial')), [])
})

test('an object that is spoiled here is not sent, nor the folder that needs it; the others are', async (t) => {
  const made = await threeFiles(t)
  spoil(at(join(made.root, '.dvc/cache'), two))
  await assert.rejects(push(loadPipeline(made.root)), failsWith('object_corrupt', two))
  assert.deepEqual(
    [one, two, three].map((md5) => existsSync(at(made.store, md5))),
    [true, false, true],
  )
  const sent = readdirSync(join(made.store, 'files/md5'), { recursive: true }).map(String)
  assert.ok(!sent.some((name) => name.endsWith('.dir')), 'no manifest without all its files')
  // the damaged one is gone from the cache; adding the data again brings it back
  await add(loadPipeline(made.root), ['data'])
  assert.deepEqual(await push(loadPipeline(made.root)), { objects: 2, runs: 0 })
})

test('what is neither here nor there is named by push and fetch, after the rest was done', async (t) => {
  const made = await threeFiles(t)
  const cache = join(made.root, '.dvc/cache')
  rmSync(at(cache, three), { force: true })
  await assert.rejects(push(loadPipeline(made.root)), failsWith('not_found', three))
  assert.ok(existsSync(at(made.store, one)))
  forget(made, 'data')
  rmSync(at(cache, one), { force: true })
  const fetched = await fetch(loadPipeline(made.root))
  assert.deepEqual([fetched.objects, fetched.lost], [1, [three]])
})

test('push is content with what the remote has already, although the cache does not', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  rmSync(at(join(made.root, '.dvc/cache'), three), { force: true })
  assert.deepEqual(await push(loadPipeline(made.root)), { objects: 0, runs: 0 })
})

test('a file inside a folder can be pulled alone; the rest of the folder is left', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  forget(made, '.dvc/cache', 'data')
  const pulled = await pull(loadPipeline(made.root), { targets: ['data/sub/3'] })
  assert.equal(pulled.objects, 2, 'the manifest and the file')
  assert.equal(made.read('data/sub/3'), 'three\n')
  assert.deepEqual(readdirSync(join(made.root, 'data')), ['sub'])
  await pull(loadPipeline(made.root))
  assert.equal(made.read('data/1'), 'one\n')
})

test('a remote whose folder is gone is named, with what to do', async (t) => {
  const made = await threeFiles(t)
  forget(made, '.dvc/cache', 'data')
  await assert.rejects(fetch(loadPipeline(made.root)), failsWith('remote_place_missing', 'store'))
})

test('a remote that does not answer is tried again, and then named', async (t) => {
  const made = await threeFiles(t)
  const url = `http://127.0.0.1:${await freePort()}/x`
  setConfig(made.root, 'remote.store.url', url)
  forget(made, '.dvc/cache', 'data')
  const begin = Date.now()
  await assert.rejects(fetch(loadPipeline(made.root)), failsWith('remote_unreachable', url))
  assert.ok(Date.now() - begin > 1000, 'with waits between')
})

test('an address of no kind that there is says which kinds there are', async (t) => {
  const made = await threeFiles(t)
  setConfig(made.root, 'remote.store.url', 'gdrive://folder')
  await assert.rejects(push(loadPipeline(made.root)), failsWith('bad_request', 's3://, azure://'))
})

test('retries double their waits, and stop at the fifth attempt or at an answer', async () => {
  const waits: number[] = []
  let asked = 0
  const failing = (times: number): Remote => ({
    ...folderRemote('r', '/nowhere'),
    stat: async () => {
      asked += 1
      if (asked <= times) throw unreachable({ name: 'r', place: 'p' }, new Error('gone'))
      return { size: 7 }
    },
  })
  const retries = { attempts: 5, random: () => 0.5, wait: async (ms: number) => waits.push(ms) }
  assert.deepEqual(await withRetries(failing(3), retries).stat('x'), { size: 7 })
  assert.deepEqual(waits, [250, 500, 1000])
  asked = 0
  await assert.rejects(withRetries(failing(9), retries).stat('x'), failsWith('remote_unreachable'))
  assert.equal(asked, 5)
})

test('much is looked for by listing, which is given up where the remote holds far more', async () => {
  const names = (count: number) =>
    Array.from({ length: count }, (_, i) => `files/md5/${String(i).padStart(6, '0')}`)
  for (const [held, most] of [
    [1000, 0],
    [100_000, 600],
  ] as const) {
    let [listed, asked] = [0, 0]
    const have = new Set(names(held))
    const remote: Remote = {
      ...folderRemote('r', '/nowhere'),
      page: 100,
      async stat(path) {
        asked += 1
        return have.has(path) ? { size: 1 } : undefined
      },
      async *list(folder) {
        for (const path of [...have].toSorted()) {
          if (!path.startsWith(`${folder}/`)) continue
          listed += 1
          yield path
        }
      },
    }
    const wanted = names(held).filter((_, i) => i % Math.ceil(held / 500) === 0)
    assert.equal((await presentOn(remote, [...wanted, 'files/md5/zz'], 4)).size, wanted.length)
    assert.ok(asked <= most && listed <= 100 * 101, `${asked} asked, ${listed} listed`)
    // what DVC 2 kept is not below the folder that is listed
    const old = ['ab/cdef', 'ff/0123']
    for (const path of old) have.add(path)
    assert.deepEqual([...(await presentOn(remote, [...wanted, ...old], 4))].slice(-2), old)
  }
})

test('a record of a run that is not what its name says is not taken in', async (t) => {
  const made = await project(
    t,
    {
      seed: 's\n',
      'dvc.yaml': 'stages:\n  a:\n    cmd: cp seed a\n    deps: [seed]\n    outs: [a]\n',
    },
    { git: true },
  )
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await made.repro()
  assert.equal((await push(loadPipeline(made.root), { runCache: true })).runs, 1)
  const runs = join(made.root, '../store/runs')
  const [name = ''] = readdirSync(runs, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  const text = readFileSync(name, 'utf8')
  chmodSync(name, 0o644)
  writeFileSync(name, text.replace('cp seed a', 'cp seed b'))
  rmSync(join(made.root, '.dvc/cache/runs'), { recursive: true })
  assert.equal((await fetch(loadPipeline(made.root), { runCache: true })).runs, 0)
  writeFileSync(name, text)
  assert.equal((await fetch(loadPipeline(made.root), { runCache: true })).runs, 1)
})

test('fsck mends the cache from the remote, and the remote from the cache', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  const cache = join(made.root, '.dvc/cache')
  spoil(at(cache, one))
  rmSync(at(cache, two), { force: true })
  spoil(at(made.store, three))
  const seen = await fsck(loadPipeline(made.root), { cloud: true })
  assert.deepEqual([seen.corrupt, seen.missing, seen.remote?.corrupt], [[one], ['data'], [three]])
  const mended = await fsck(loadPipeline(made.root), { cloud: true, repair: true })
  assert.deepEqual(mended.repaired.toSorted(), [one, two])
  assert.deepEqual(mended.remote?.repaired, [three])
  assert.deepEqual(mended.missing, [])
  const after = await fsck(loadPipeline(made.root), { cloud: true })
  assert.deepEqual([after.corrupt, after.missing, after.remote?.corrupt], [[], [], []])
})

test('fsck leaves a damaged object on the remote where no sound copy is here', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  const cache = join(made.root, '.dvc/cache')
  rmSync(at(cache, one), { force: true })
  spoil(at(cache, two))
  spoil(at(made.store, one))
  spoil(at(made.store, two))
  const found = await fsck(loadPipeline(made.root), { cloud: true, repair: true })
  assert.deepEqual([found.remote?.corrupt.toSorted(), found.remote?.repaired], [[one, two], []])
  assert.equal(readFileSync(at(made.store, one), 'utf8'), 'spoiled')
  assert.equal(readFileSync(at(made.store, two), 'utf8'), 'spoiled')
})

test('gc keeps what is new, what a day’s commits record, and what another repository with this cache records', async (t) => {
  const made = await project(t, { 'data.txt': 'one\n' }, { git: true })
  for (const content of ['one\n', 'two\n', 'three\n']) {
    made.write({ 'data.txt': content })
    await add(loadPipeline(made.root), ['data.txt'])
    made.git('add', '-A')
    made.git('commit', '-qm', content.trim())
  }
  const dry = (options: Parameters<typeof gc>[1]) => gc(loadPipeline(made.root), options)
  assert.equal((await dry({})).objects, 2)
  const young = await dry({ minimumAge: 86_400_000 })
  assert.deepEqual([young.objects, young.recent], [0, 2])
  assert.equal((await dry({ keep: { since: '2020-01-01' } })).objects, 0)
  assert.equal((await dry({ keep: { since: '2090-01-01' } })).objects, 2)
  const other = await temporaryFolder(t)
  mkdirSync(join(other, '.dvc'))
  writeFileSync(join(other, 'x.dvc'), `outs:\n- md5: ${one}\n  size: 4\n  hash: md5\n  path: x\n`)
  assert.equal((await dry({ projects: [other] })).objects, 1)
  await assert.rejects(dry({ projects: [join(other, '..')] }), failsWith('repository_missing'))
})

test('gc removes nothing while the remote that would prove copies cannot be asked', async (t) => {
  const made = await threeFiles(t)
  await push(loadPipeline(made.root))
  made.write({ 'data/1': 'new\n' })
  await add(loadPipeline(made.root), ['data'])
  renameSync(made.store, `${made.store}-away`)
  const kept = await gc(loadPipeline(made.root), { dry: false, provenOnly: true })
  assert.deepEqual([kept.objects, kept.lastCopies], [0, 2])
  renameSync(`${made.store}-away`, made.store)
  assert.equal((await gc(loadPipeline(made.root), { dry: false, provenOnly: true })).objects, 2)
})

test('an output that is not to be pushed is neither sent nor missed on the remote', async (t) => {
  const made = await project(
    t,
    {
      seed: 's\n',
      'dvc.yaml': `stages:
  s:
    cmd: cp seed kept && cp seed sent
    deps: [seed]
    outs: [{kept: {push: false}}, sent]
`,
    },
    { git: true },
  )
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await made.repro()
  const lacking = async () => {
    const pipeline = loadPipeline(made.root)
    const { notInRemote } = await dataStatus(pipeline, { notInRemote: true })
    return [(await remoteStatus(pipeline)).map(({ path }) => path), notInRemote]
  }
  assert.deepEqual(await lacking(), [['sent'], ['sent']])
  await push(loadPipeline(made.root))
  assert.deepEqual(await lacking(), [[], []])
})
