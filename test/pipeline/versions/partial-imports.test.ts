import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  add,
  addRemote,
  addToRemote,
  importGit,
  importUrl,
  loadPipeline,
  pull,
  status,
  updateImports,
} from '#pipeline'
import { project, type Project } from '../support/project.ts'

const files = { 'src/f.csv': 'hi\n', 'src/d/a': 'a\n', 'src/d/b': 'b\n' }

async function withRemote(t: TestContext): Promise<Project> {
  const made = await project(t, files, { git: true })
  addRemote(made.root, 'store', '../store', { from: made.root, asDefault: true })
  return made
}

const stored = (made: Project): string[] =>
  readdirSync(join(made.root, '../store'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath.slice(-2)}${entry.name}`)
    .sort()

// the texts are those that dvc 3.67.1 writes for the same files and commands

test('an import that brings nothing is written as DVC writes it, and update brings the data', async (t) => {
  const made = await withRemote(t)
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'src/f.csv', { out: 'noexec.csv', bring: 'nothing' })
  assert.equal(
    made.read('noexec.csv.dvc'),
    'frozen: true\ndeps:\n- hash: md5\n  path: src/f.csv\nouts:\n- hash: md5\n  path: noexec.csv\n',
  )
  assert.equal(existsSync(join(made.root, 'noexec.csv')), false)
  assert.equal(made.read('.gitignore'), '/noexec.csv\n')
  await updateImports(load(), ['noexec.csv.dvc'])
  assert.equal(made.read('noexec.csv'), 'hi\n')
  assert.deepEqual(await status(load()), [])
})

test('an import that leaves the data where it is notes what state the source is in, as DVC does', async (t) => {
  const made = await withRemote(t)
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'src/f.csv', { out: 'nodl.csv', bring: 'state' })
  assert.equal(
    made.read('nodl.csv.dvc'),
    `md5: 0a37609650d15f8c42749f781fb05727
frozen: true
deps:
- md5: 764efa883dda1e11db47671c4a3bbd9e
  size: 3
  hash: md5
  path: src/f.csv
outs:
- hash: md5
  path: nodl.csv
`,
  )
  await importUrl(load(), 'src/d', { out: 'nodl', bring: 'state' })
  assert.match(made.read('nodl.dvc'), /^md5: a8635dc4ccb34ef01d1d2fa92d74fef9\n/)
  assert.equal(existsSync(join(made.root, '.dvc/cache/files')), false)
  await updateImports(load(), ['.'], { recursive: true })
  assert.deepEqual([made.read('nodl.csv'), made.read('nodl/b')], ['hi\n', 'b\n'])
})

test('data goes straight to a remote, leaves nothing here, and comes with pull', async (t) => {
  const made = await withRemote(t)
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'src/d', { out: 'tr', toRemote: true })
  assert.equal(
    made.read('tr.dvc'),
    `md5: c731b4e3cad5cfdae00ecf68079f4b9c
frozen: true
deps:
- md5: 562ee692a592790b08e880eff9046f72.dir
  size: 4
  nfiles: 2
  hash: md5
  path: src/d
outs:
- md5: 562ee692a592790b08e880eff9046f72.dir
  size: 4
  nfiles: 2
  hash: md5
  path: tr
`,
  )
  const added = await addToRemote(load(), 'src/f.csv', { out: 'added.csv', remote: 'store' })
  assert.equal(
    made.read('added.csv.dvc'),
    'outs:\n- md5: 764efa883dda1e11db47671c4a3bbd9e\n  size: 3\n  hash: md5\n  path: added.csv\n',
  )
  assert.deepEqual(added.changed, ['added.csv.dvc', '.gitignore'])
  assert.deepEqual(stored(made), [
    '3b5d5c3712955042212316173ccf37be',
    '562ee692a592790b08e880eff9046f72.dir',
    '60b725f10c9c85c70d97880dfe8191b3',
    '764efa883dda1e11db47671c4a3bbd9e',
  ])
  assert.equal(existsSync(join(made.root, '.dvc/cache/files')), false)
  assert.equal(existsSync(join(made.root, 'tr')), false)
  made.drop('src')
  await pull(load())
  assert.deepEqual([made.read('tr/a'), made.read('added.csv')], ['a\n', 'hi\n'])
})

test('an import from Git notes the commit without the data, or nothing but the place', async (t) => {
  const source = await withRemote(t)
  source.git('add', '-A')
  source.git('commit', '-qm', 'source')
  const commit = source.git('rev-parse', 'HEAD').trim()
  const made = await project(t)
  const load = () => loadPipeline(made.root)
  await importGit(load(), source.root, 'src/f.csv', { out: 'a.csv', bring: 'nothing' })
  assert.equal(
    made.read('a.csv.dvc'),
    `frozen: true\ndeps:\n- path: src/f.csv\n  repo:\n    url: ${source.root}\nouts:\n- hash: md5\n  path: a.csv\n`,
  )
  await importGit(load(), source.root, 'src/f.csv', { out: 'b.csv', bring: 'state' })
  const text = made.read('b.csv.dvc')
  assert.match(text, /^md5: [0-9a-f]{32}\nfrozen: true\n/)
  assert.ok(text.includes(`    rev_lock: ${commit}\nouts:\n- hash: md5\n  path: b.csv\n`), text)
  await assert.rejects(importGit(load(), source.root, 'nowhere', { bring: 'state' }), /nowhere/)
  await updateImports(load(), ['a.csv.dvc', 'b.csv.dvc'])
  assert.deepEqual([made.read('a.csv'), made.read('b.csv')], ['hi\n', 'hi\n'])
})

test('a pull brings an import that was only noted, as it was at that commit, and records what it is', async (t) => {
  const source = await withRemote(t)
  source.git('add', '-A')
  source.git('commit', '-qm', 'source')
  const made = await project(t)
  const load = () => loadPipeline(made.root)
  await importGit(load(), source.root, 'src/f.csv', { out: 'b.csv', bring: 'state' })
  const noted = /rev_lock: \S+/.exec(made.read('b.csv.dvc'))?.[0] ?? 'none'
  source.write({ 'src/f.csv': 'newer\n' })
  source.git('commit', '-qam', 'newer')
  assert.equal((await pull(load())).objects, 1)
  assert.equal(made.read('b.csv'), 'hi\n')
  // the MD5 of "hi\n"
  assert.match(made.read('b.csv.dvc'), /outs:\n(?:.*\n)*.*764efa883dda1e11db47671c4a3bbd9e/)
  assert.ok(made.read('b.csv.dvc').includes(noted))
  const config = join(made.root, 'nowhere.conf')
  await assert.rejects(
    importGit(load(), source.root, 'src/f.csv', { out: 'c', config }),
    /nowhere.conf/,
  )
})

test('another remote of the source is asked for its data, and noted in the import', async (t) => {
  const source = await project(t, { 'data.txt': 'there\n' }, { git: true })
  await add(loadPipeline(source.root), ['data.txt'])
  addRemote(source.root, 'lost', '../nowhere', { from: source.root, asDefault: true })
  addRemote(source.root, 'other', '../other', { from: source.root })
  const { push } = await import('#pipeline')
  await push(loadPipeline(source.root), { remote: 'other' })
  source.git('add', '-A')
  source.git('commit', '-qm', 'source')
  source.drop('.dvc/cache')
  const made = await project(t)
  const load = () => loadPipeline(made.root)
  await assert.rejects(importGit(load(), source.root, 'data.txt'))
  await importGit(load(), source.root, 'data.txt', { remote: 'other' })
  assert.match(made.read('data.txt.dvc'), /rev_lock: [0-9a-f]{40}\n {4}remote: other\n/)
  assert.equal(made.read('data.txt'), 'there\n')
})
