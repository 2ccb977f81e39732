import assert from 'node:assert/strict'
import fs, {
  chmodSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  add,
  addRemote,
  enqueue,
  expRun,
  fetch,
  fsck,
  gc,
  loadPipeline,
  openQueue,
  push,
  remoteStatus,
} from '#pipeline'
import { inOwnTree } from '../../../src/pipeline/experiments/own-tree.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { openOwnTree } from '../../../src/pipeline/experiments/own-tree.ts'
import { project, type Project } from '../support/project.ts'

function objects(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
}

/** Two versions of a file, the second one current. */
async function twoVersions(t: TestContext): Promise<Project> {
  const made = await project(t, { 'data.txt': 'one\n' }, { git: true })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  for (const content of ['one\n', 'two\n']) {
    made.write({ 'data.txt': content })
    await add(loadPipeline(made.root), ['data.txt'])
    made.git('add', '-A')
    made.git('commit', '-qm', content.trim())
  }
  return made
}

test('gc drops a last copy only when the remote has one whose bytes are right', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  const careful = { provenOnly: true, dry: false } as const
  const cache = join(made.root, '.dvc/cache')
  const kept = await gc(load(), careful)
  assert.deepEqual([kept.objects, kept.lastCopies], [0, 1])
  await push(load(), { also: { commits: true } })
  const store = join(made.root, '../store')
  assert.equal(objects(store).length, 2)
  // the first version's copy is spoiled: it proves nothing
  const old = join(store, 'files/md5/5b/bf5a52328e7439ae6e719dfe712200')
  chmodSync(old, 0o644)
  writeFileSync(old, 'oops')
  assert.equal((await gc(load(), careful)).lastCopies, 1)
  writeFileSync(old, 'one\n')
  assert.equal((await gc(load(), { provenOnly: true })).objects, 1, 'a dry run counts')
  assert.equal(objects(cache).length, 2, 'and removes nothing')
  assert.deepEqual((await gc(load(), careful)).objects, 1)
  assert.equal(objects(cache).length, 1)
  await fetch(load(), { also: { commits: true } })
  assert.equal(objects(cache).length, 2, 'what all commits record comes back')
})

test('of a target the commits that have it are sent and fetched; one that no commit has is named', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  made.write({ late: 'late\n' })
  await add(load(), ['late'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'late')
  const also = { commits: true }
  assert.equal((await push(load(), { also, targets: ['late.dvc'] })).objects, 1)
  made.git('rm', '-q', 'data.txt.dvc')
  made.git('commit', '-qm', 'gone')
  assert.equal((await push(load(), { also, targets: ['data.txt.dvc'] })).objects, 2)
  made.drop('.dvc/cache')
  assert.equal((await fetch(load(), { also, targets: ['data.txt'] })).objects, 2)
  assert.equal((await fetch(load(), { also, targets: ['late.dvc'] })).objects, 1)
  assert.deepEqual(await remoteStatus(load(), { also, targets: ['late.dvc'] }), [])
  const nowhere = failsWith('not_found', 'nowhere.dvc')
  await assert.rejects(push(load(), { also, targets: ['late.dvc', 'nowhere.dvc'] }), nowhere)
})

test('a commit whose pipeline is refused today is read by what its lock and .dvc files record', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  // the output of the stage lies in its dependency; md5 of "two\n" by md5sum, as is that of "one\n"
  made.write({
    'dvc.yaml': 'stages:\n  s:\n    cmd: c\n    deps: [d]\n    outs: [d/o]\n',
    'dvc.lock': `schema: '2.0'\nstages:\n  s:\n    cmd: c\n    outs:\n    - path: d/o\n      hash: md5\n      md5: 5bbf5a52328e7439ae6e719dfe712200\n      size: 4\n`,
  })
  made.git('add', '-A')
  made.git('rm', '-q', '--cached', 'data.txt.dvc')
  made.git('commit', '-qm', 'odd')
  made.git('rm', '-qf', 'dvc.yaml', 'dvc.lock')
  made.git('commit', '-qm', 'right')
  const also = { revisions: ['HEAD~1'] }
  assert.equal((await push(load(), { also, targets: ['d/o'] })).objects, 1)
  assert.deepEqual(await remoteStatus(load(), { also, targets: ['d/o'] }), [])
})

test('gc keeps what commits record, and clears a remote only when asked to', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  await push(load(), { also: { commits: true } })
  assert.equal((await gc(load(), { keep: { commits: true } })).objects, 0)
  assert.equal((await gc(load(), { keep: { revisions: ['HEAD'], depth: 2 } })).objects, 0)
  const store = join(made.root, '../store')
  assert.equal((await gc(load(), { dry: false })).remoteObjects, 0)
  assert.equal(objects(store).length, 2)
  assert.equal((await gc(load(), { dry: false, cloud: true })).remoteObjects, 1)
  assert.equal(objects(store).length, 1)
})

test('fsck finds a spoiled object whatever its mode says, and repairs it from the remote', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  await push(load())
  assert.deepEqual(await fsck(load()), { checked: 2, corrupt: [], repaired: [], missing: [] })
  const now = join(made.root, '.dvc/cache/files/md5/c1/93497a1a06b2c72230e6146ff47080')
  chmodSync(now, 0o644)
  writeFileSync(now, 'two!')
  chmodSync(now, 0o444)
  const found = await fsck(load())
  assert.deepEqual(found.corrupt, ['c193497a1a06b2c72230e6146ff47080'])
  assert.deepEqual(found.missing, ['data.txt'])
  const mended = await fsck(load(), { repair: true })
  assert.deepEqual([mended.repaired, mended.missing], [found.corrupt, []])
  assert.deepEqual((await fsck(load())).corrupt, [])
})

test('gc keeps what a waiting experiment was queued with, until it is gone from the queue', async (t) => {
  const made = await project(
    t,
    {
      'params.yaml': 'rate: 1\n',
      'dvc.yaml': 'stages:\n  a: {cmd: cp data out, deps: [data], params: [rate], outs: [out]}\n',
      data: 'first\n',
    },
    { git: true },
  )
  await add(loadPipeline(made.root), ['data'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  // queued with data that no commit of the user's records
  made.write({ data: 'queued\n' })
  await add(loadPipeline(made.root), ['data'])
  const [queued] = enqueue(made.root, [['rate=2']])
  made.write({ data: 'last\n' })
  await add(loadPipeline(made.root), ['data'])
  const cache = join(made.root, '.dvc/cache')
  assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 0)
  assert.equal(objects(cache).length, 3)
  assert.ok(queued)
  openQueue(made.root).remove(queued)
  assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 2)
})

test('gc beside a running experiment leaves what it reads and what came into the cache since it began', async (t) => {
  const made = await twoVersions(t)
  const cache = join(made.root, '.dvc/cache')
  await inOwnTree(made.root, 'HEAD~1', async (place) => {
    assert.equal(readFileSync(join(place, 'data.txt'), 'utf8'), 'one\n')
    // it may be a link into the cache
    rmSync(join(place, 'data.txt'))
    writeFileSync(join(place, 'data.txt'), 'made by it\n')
    await add(loadPipeline(place), ['data.txt'])
    writeFileSync(join(place, 'more.txt'), 'not recorded yet\n')
    await add(loadPipeline(place), ['more.txt'])
    rmSync(join(place, 'more.txt.dvc'))
    assert.equal(objects(cache).length, 4)
    const result = await gc(loadPipeline(made.root), { dry: false })
    // the first version is no more needed by anyone: the tree has its own copy and records another
    assert.deepEqual([result.objects, result.recent], [1, 1])
    assert.equal(objects(cache).length, 3)
  })
  assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 2)
})

test('gc beside a running experiment leaves what that may find among the runs, however old', async (t) => {
  const made = await project(
    t,
    {
      'params.yaml': 'rate: 1\n',
      'dvc.yaml':
        'stages:\n  a: {cmd: mkdir out; cp params.yaml out/p, params: [rate], outs: [out]}\n',
    },
    { git: true },
  )
  for (const rate of [2, 1]) {
    made.write({ 'params.yaml': `rate: ${rate}\n` })
    await made.repro()
  }
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  const cache = join(made.root, '.dvc/cache/files/md5')
  for (const name of readdirSync(cache, { recursive: true, encoding: 'utf8' }))
    utimesSync(join(cache, name), 1e9, 1e9)
  await inOwnTree(made.root, 'HEAD', async () => {
    assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 0)
  })
  const { result } = await expRun(made.root, { temp: true, set: ['rate=2'], env: made.env })
  assert.deepEqual(
    result.stages.map(({ outcome }) => outcome),
    ['restored'],
  )
})

test('gc leaves what an experiment needs that was queued while the remote was asked', async (t) => {
  const made = await twoVersions(t)
  await push(loadPipeline(made.root), { also: { commits: true } })
  const remove = fs.rmSync
  let queued = false
  const watch = t.mock.method(fs, 'rmSync', (file: string, how: fs.RmOptions) => {
    if (file.includes('/proof/') && !queued) {
      queued = true
      made.git('checkout', '-q', 'HEAD~1', '--', 'data.txt.dvc')
      enqueue(made.root, [[]])
    }
    remove(file, how)
  })
  syncBuiltinESMExports()
  const { objects: removed } = await gc(loadPipeline(made.root), { provenOnly: true, dry: false })
  watch.mock.restore()
  syncBuiltinESMExports()
  assert.deepEqual([queued, removed], [true, 0])
  assert.equal(objects(join(made.root, '.dvc/cache')).length, 2)
})

test('gc removes folders before their files, so that a folder that is there has all of them', async (t) => {
  const made = await project(t, { 'data/a': 'a\n', 'data/b': 'b\n' })
  await add(loadPipeline(made.root), ['data'])
  made.drop('data.dvc')
  const removed: string[] = []
  const cache = join(made.root, '.dvc/cache/files/md5')
  const watch = t.mock.method(fs, 'rmSync', (file: string) => {
    if (file.startsWith(cache)) removed.push(file)
  })
  syncBuiltinESMExports()
  await gc(loadPipeline(made.root), { dry: false })
  watch.mock.restore()
  syncBuiltinESMExports()
  assert.equal(removed.length, 3)
  assert.deepEqual(
    removed.map((file) => file.endsWith('.dir')),
    [true, false, false],
  )
})

test('gc beside an attribution leaves what came into the cache since it began', async (t) => {
  const made = await twoVersions(t)
  const { place: tree, close } = await openOwnTree(made.root, 'HEAD')
  writeFileSync(join(tree, 'more.txt'), 'made by it\n')
  await add(loadPipeline(tree), ['more.txt'])
  rmSync(join(tree, 'more.txt.dvc'))
  const beside = await gc(loadPipeline(made.root), { dry: false })
  assert.deepEqual([beside.objects, beside.recent], [1, 1])
  close()
  assert.equal((await gc(loadPipeline(made.root), { dry: false })).objects, 1)
})

test('gc of cache and remote together leaves one copy of everything, as long as only proven copies may go', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  await push(load(), { also: { commits: true } })
  const [cache, store] = [join(made.root, '.dvc/cache'), join(made.root, '../store')]
  const careful = { provenOnly: true, cloud: true, dry: false } as const
  const result = await gc(load(), careful)
  assert.deepEqual([result.objects, result.lastCopies, result.remoteObjects], [0, 1, 1])
  assert.deepEqual([objects(cache).length, objects(store).length], [2, 1])
  // what only the remote has stays there
  await push(load(), { also: { commits: true } })
  await gc(load(), { dry: false })
  assert.equal(objects(cache).length, 1)
  assert.equal((await gc(load(), careful)).remoteObjects, 0)
  assert.equal(objects(store).length, 2)
})

test('what gc keeps for being new stays on the remote as well', async (t) => {
  const made = await twoVersions(t)
  const load = () => loadPipeline(made.root)
  await push(load(), { also: { commits: true } })
  const result = await gc(load(), { cloud: true, dry: false, minimumAge: 86_400_000 })
  assert.deepEqual([result.recent, result.remoteObjects], [1, 0])
})

test('gc removes nothing when Git does not say what commits record', async (t) => {
  const made = await twoVersions(t)
  const all = { keep: { commits: true }, dry: false } as const
  made.git('checkout', '-q', '--orphan', 'fresh')
  assert.equal((await gc(loadPipeline(made.root), all)).objects, 0, 'a branch without a commit')
  made.git('checkout', '-qf', 'main')
  made.write({ '.git/HEAD': 'nonsense' })
  await assert.rejects(
    gc(loadPipeline(made.root), all),
    failsWith('conflict', 'not a git repository'),
  )
  await assert.rejects(
    push(loadPipeline(made.root), { also: all.keep }),
    failsWith('conflict', 'git'),
  )
  assert.equal(objects(join(made.root, '.dvc/cache')).length, 2)
})

// as DVC 3.67.1: `list_all_commits` starts from HEAD, branches, tags and remote-tracking branches
test('gc keeps what was fetched of others’ branches, and does not guess behind the end of a shallow clone', async (t) => {
  const made = await twoVersions(t)
  made.git('update-ref', 'refs/remotes/origin/theirs', 'HEAD')
  made.git('reset', '-q', '--hard', 'HEAD~1')
  const all = { keep: { commits: true }, dry: false } as const
  assert.equal((await gc(loadPipeline(made.root), all)).objects, 0)
  made.write({ '.git/shallow': made.git('rev-parse', 'HEAD') })
  await assert.rejects(gc(loadPipeline(made.root), all), failsWith('conflict', 'shallow clone'))
})
