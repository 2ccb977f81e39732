import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  add,
  addRemote,
  artifactUrl,
  getArtifact,
  listRepository,
  listUrl,
  loadPipeline,
  push,
  urlOfGit,
} from '#pipeline'
import { project, type Project } from '../support/project.ts'

/** Three versions of an artifact with GTO's tags: v1.0.0, v1.2.0, v1.10.0; the second is in production, the first was. */
async function published(t: TestContext): Promise<Project> {
  const made = await project(
    t,
    { 'models/dvc.yaml': 'artifacts:\n  scorer:\n    path: model\n    type: model\n' },
    { git: true },
  )
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  for (const version of ['1.0.0', '1.2.0', '1.10.0']) {
    made.write({ 'models/model': `${version}\n` })
    await add(loadPipeline(made.root), ['models/model'])
    made.git('add', '-A')
    made.git('commit', '-qm', version)
    made.git('tag', '-am', version, `models=scorer@v${version}`)
  }
  made.git('tag', '-am', 'x', 'models=scorer#prod#1', 'HEAD~2')
  made.git('tag', '-am', 'x', 'models=scorer#prod#2', 'HEAD~1')
  await push(loadPipeline(made.root), { also: { commits: true } })
  return made
}

test('an artifact comes by its version, by its stage, or as the newest version there is', async (t) => {
  const made = await published(t)
  const got = async (options: Parameters<typeof getArtifact>[2]) => {
    const out = join(made.root, '../got')
    await getArtifact(made.root, 'models:scorer', { out, force: true, ...options })
    return readFileSync(out, 'utf8')
  }
  // 1.10 is later than 1.2
  assert.equal(await got({}), '1.10.0\n')
  assert.equal(await got({ rev: 'v1.0.0' }), '1.0.0\n')
  assert.equal(await got({ stage: 'prod' }), '1.2.0\n')
  await assert.rejects(got({ stage: 'dev' }), /no tag models=scorer#dev#1 /)
  await assert.rejects(getArtifact(made.root, 'scorer', {}), /scorer/)
  // MD5 of "1.2.0\n" by md5sum
  assert.match(
    await artifactUrl(made.root, 'models/dvc.yaml:scorer', { stage: 'prod' }),
    /store\/files\/md5\/40\/49400e232490d58f1e26d9ab973a03$/,
  )
})

test('the address of data on its remote is told without bringing it', async (t) => {
  const made = await published(t)
  assert.match(await urlOfGit(made.root, 'models/model', { rev: 'HEAD~1' }), /40\/49400e232490/)
  await assert.rejects(urlOfGit(made.root, 'models/dvc.yaml'), /models\/dvc.yaml/)
})

test('sizes of files in data folders are asked of the cache, or of the remote', async (t) => {
  const made = await project(t, { 'data/a': '12345\n', 'data/b/c': '1\n' }, { git: true })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await add(loadPipeline(made.root), ['data'])
  await push(loadPipeline(made.root))
  made.git('add', '-A')
  made.git('commit', '-qm', 'data')
  const sizes = async () =>
    (await listRepository(made.root, { path: 'data', recursive: true, fileSizes: true })).map(
      ({ path, size }) => [path, size],
    )
  const want = [
    ['a', 6],
    ['b/c', 2],
  ]
  assert.deepEqual(await sizes(), want)
  made.drop('.dvc/cache')
  assert.deepEqual(await sizes(), want)
})

test('what lies at an address is listed, folders or all that is in them', async (t) => {
  const made = await project(t, { 'd/a': '1\n', 'd/b/c': '12\n' })
  const there = join(made.root, 'd')
  assert.deepEqual(await listUrl(there), [
    { path: 'a', isdir: false, size: 2 },
    { path: 'b', isdir: true },
  ])
  const all = [
    { path: 'a', isdir: false, size: 2 },
    { path: 'b/c', isdir: false, size: 3 },
  ]
  assert.deepEqual(await listUrl(there, { recursive: true }), all)
  assert.deepEqual(await listUrl(`file://${there}`, { recursive: true, sizes: true }), all)
  assert.deepEqual(await listUrl(`file://${there}`), [
    { path: 'a', isdir: false },
    { path: 'b', isdir: true },
  ])
  assert.deepEqual(await listUrl(join(there, 'a')), [{ path: 'a', isdir: false, size: 2 }])
  await assert.rejects(listUrl(join(there, 'nowhere')), /nowhere/)
})
