import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, addRemote, addStage, checkout, loadPipeline, pull, push, remove } from '#pipeline'
import { failsWith } from '../suites/remote-suite.ts'
import { project, type Project } from '../support/project.ts'

// the MD5 of "a\n", and of a folder's manifest that names it
const letterA = '60b725f10c9c85c70d97880dfe8191b3'

/** A repository whose cache has "a\n". */
async function withObject(t: TestContext): Promise<Project> {
  const made = await project(t, { a: 'a\n' }, { git: true })
  await add(loadPipeline(made.root), ['a'])
  return made
}

function dataFile(path: string, md5 = letterA): string {
  return `outs:\n- md5: ${md5}\n  size: 2\n  hash: md5\n  path: ${path}\n`
}

for (const path of [
  '../OUTSIDE',
  '/tmp/tidemill-outside',
  '.git/hooks/post-merge',
  '.dvc/config.local',
  'sub/.GIT/config',
])
  test(`checkout and pull refuse a .dvc file that names ${path}, and bring the others`, async (t) => {
    const made = await withObject(t)
    made.drop('a')
    made.write({ 'evil.dvc': dataFile(path) })
    const load = () => loadPipeline(made.root)
    const refused = failsWith('conflict', 'is neither written nor removed')
    await assert.rejects(checkout(load(), { force: true }), refused)
    await assert.rejects(remove(load(), ['evil.dvc'], { outs: true }), refused)
    assert.equal(made.read('a'), 'a\n')
    assert.equal(existsSync(join(made.root, 'evil.dvc')), true)
    assert.equal(existsSync(resolve(made.root, path)), false)
  })

test('data behind a link that leads out of the repository, and that Git tracks, is neither written nor removed', async (t) => {
  const made = await withObject(t)
  const elsewhere = join(made.root, '../elsewhere')
  mkdirSync(elsewhere)
  made.write({ 'link@': '../elsewhere', 'evil.dvc': dataFile('link/x') })
  made.git('add', 'link')
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  await push(loadPipeline(made.root))
  made.drop('.dvc/cache')
  const refused = failsWith('conflict', 'link/x is neither written nor removed')
  await assert.rejects(pull(loadPipeline(made.root)), refused)
  await assert.rejects(checkout(loadPipeline(made.root)), refused)
  made.write({ 'evil.dvc': dataFile('link/deep/er/x') })
  await assert.rejects(checkout(loadPipeline(made.root)), failsWith('conflict', 'link/deep/er/x'))
  made.drop('link')
  made.write({ 'link@': '.git/hooks', 'evil.dvc': dataFile('link/post-merge') })
  await assert.rejects(checkout(loadPipeline(made.root)), failsWith('conflict', '.git'))
  assert.deepEqual(readdirSync(elsewhere), [])
})

test('a link of the user’s own leads to a larger disk: data behind it is added, checked out and made there', async (t) => {
  const made = await withObject(t)
  const load = () => loadPipeline(made.root)
  mkdirSync(join(made.root, '../disk/data'), { recursive: true })
  mkdirSync(join(made.root, '../disk/model'))
  made.write({ 'data@': '../disk/data', 'model@': '../disk/model', 'data/x': 'x\n' })
  await add(load(), ['data'])
  made.drop('data/x', 'a')
  await checkout(load())
  assert.deepEqual([made.read('../disk/data/x'), made.read('a')], ['x\n', 'a\n'])
  mkdirSync(join(made.root, '../disk/data2'))
  made.write({ 'data2@': '../disk/data2' })
  const cmd = 'mkdir model; echo m > model/m; echo n > data2/n'
  await addStage(load(), { name: 's', cmd, outs: ['model', 'data2/n'] })
  await made.repro()
  assert.equal(made.read('../disk/data2/n'), 'n\n')
  assert.equal(existsSync(join(made.root, '../disk/model/m')), false, 'the link itself went')
})

test('data behind a link that Git tracks keeps nothing else from being checked out or linked anew', async (t) => {
  const made = await withObject(t)
  const load = () => loadPipeline(made.root)
  mkdirSync(join(made.root, '../disk'))
  made.write({ 'data/x': 'x\n' })
  await add(load(), ['data'])
  made.drop('data', 'a')
  made.write({ 'data@': '../disk', 'data/x': 'x\n' })
  made.git('add', '-f', 'data')
  await checkout(load())
  assert.equal(made.read('a'), 'a\n')
  made.write({ z: 'z\n' })
  await add(load(), ['z'])
  writeFileSync(join(made.root, '.dvc/config.local'), '[cache]\n    type = symlink\n')
  made.drop('a')
  const refused = failsWith('conflict', 'data is neither written nor removed')
  await assert.rejects(checkout(load(), { relink: true }), refused)
  assert.equal(made.read('a'), 'a\n')
  for (const path of ['a', 'z']) assert.ok(lstatSync(join(made.root, path)).isSymbolicLink(), path)
  assert.equal(lstatSync(join(made.root, 'data/x')).isSymbolicLink(), false)
  made.drop('data/x', 'a')
  await assert.rejects(checkout(load(), { force: true }), refused)
  assert.deepEqual([made.read('a'), existsSync(join(made.root, '../disk/x'))], ['a\n', false])
})

test('a recorded folder whose list names a file of .git is not checked out', async (t) => {
  const made = await withObject(t)
  const text = `[{"md5": "${letterA}", "relpath": ".git/config"}]`
  const md5 = `${hash('md5', text, 'hex')}.dir`
  made.write({
    [`.dvc/cache/files/md5/${md5.slice(0, 2)}/${md5.slice(2)}`]: text,
    'evil.dvc': dataFile('sub', md5),
  })
  await assert.rejects(checkout(loadPipeline(made.root)), failsWith('conflict', 'sub/.git/config'))
  assert.equal(existsSync(join(made.root, 'sub')), false)
})

test('remove --outs does not follow a stage out of the repository', async (t) => {
  const made = await withObject(t)
  mkdirSync(join(made.root, '../elsewhere'))
  await addStage(loadPipeline(made.root), { name: 's', cmd: 'true', outsNoCache: ['../elsewhere'] })
  await assert.rejects(
    remove(loadPipeline(made.root), ['s'], { outs: true }),
    failsWith('conflict', 'elsewhere is neither written nor removed'),
  )
  assert.equal(existsSync(join(made.root, '../elsewhere')), true)
  assert.match(made.read('dvc.yaml'), /elsewhere/)
})

test('checkout writes through no link to a folder, and over no file that .dvcignore hides, without --force', async (t) => {
  const made = await project(t, { 'data/sub/a': '1\n', 'data/b': 'b\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  made.drop('data/sub')
  made.write({ 'big/a': 'mine\n', 'data/sub@': '../big' })
  await assert.rejects(checkout(load()), failsWith('unsaved_data', 'data/sub'))
  assert.equal(made.read('big/a'), 'mine\n')
  await checkout(load(), { force: true })
  assert.deepEqual([made.read('big/a'), made.read('data/sub/a')], ['mine\n', '1\n'])
  made.write({ '.dvcignore': 'b\n', 'data/b': 'mine\n' })
  await assert.rejects(checkout(load()), failsWith('unsaved_data', 'data/b'))
  assert.equal(made.read('data/b'), 'mine\n')
  await checkout(load(), { force: true })
  assert.equal(made.read('data/b'), 'b\n')
})

test('a file takes the place of a folder only when nothing unsaved is in that', async (t) => {
  const made = await project(t, { data: 'file\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  made.drop('data')
  made.write({ '.dvcignore': '*.tmp\n', 'data/x.tmp': 'mine\n' })
  await assert.rejects(checkout(load()), failsWith('unsaved_data', 'data'))
  made.drop('data/x.tmp')
  made.write({ 'data/empty/': '' })
  await checkout(load())
  assert.equal(made.read('data'), 'file\n')
})
