import assert from 'node:assert/strict'
import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, addRemote, fetch, fsck, gc, loadPipeline, push } from '#pipeline'
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
