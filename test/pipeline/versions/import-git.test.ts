import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, importGit, loadPipeline, pull, updateImports } from '#pipeline'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project, type Project } from '../support/project.ts'

/** Another repository with these files, and data that it tracks. */
async function source(
  t: TestContext,
  files: Record<string, string>,
  data?: string,
): Promise<Project> {
  const made = await project(t, files, { git: true })
  if (data !== undefined) await add(loadPipeline(made.root), [data])
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  return made
}

test('two imports of one path, from two repositories and of two revisions, each get what is theirs', async (t) => {
  const [one, two] = [await source(t, { 'd.csv': 'one\n' }), await source(t, { 'd.csv': 'two\n' })]
  two.git('tag', 'first')
  two.write({ 'd.csv': 'second\n' })
  two.git('commit', '-qam', 'second')
  const made = await project(t, {}, { git: true })
  const load = () => loadPipeline(made.root)
  await importGit(load(), one.root, 'd.csv', { out: 'one.csv' })
  await importGit(load(), two.root, 'd.csv', { out: 'two.csv' })
  await importGit(load(), two.root, 'd.csv', { out: 'first.csv', rev: 'first' })
  one.write({ 'd.csv': 'new one\n' })
  one.git('commit', '-qam', 'new')
  const all = ['one.csv', 'two.csv', 'first.csv']
  await updateImports(
    load(),
    all.map((name) => `${name}.dvc`),
  )
  const wanted = ['new one\n', 'second\n', 'two\n']
  assert.deepEqual(
    all.map((name) => made.read(name)),
    wanted,
  )
  made.drop('.dvc/cache', ...all)
  await pull(load())
  assert.deepEqual(
    all.map((name) => made.read(name)),
    wanted,
  )
})

test('a folder inside tracked data of another repository is imported', async (t) => {
  const from = await source(
    t,
    { 'data/train/a': 'a\n', 'data/train/x/b': 'b\n', 'data/trainer': 'c\n' },
    'data',
  )
  const made = await project(t, {}, { git: true })
  await importGit(loadPipeline(made.root), from.root, 'data/train')
  assert.deepEqual([made.read('train/a'), made.read('train/x/b')], ['a\n', 'b\n'])
  assert.match(made.read('train.dvc'), /nfiles: 2\n/)
})

test('why Git could not clone a source is said in its words', async (t) => {
  const made = await project(t, {}, { git: true })
  mkdirSync(join(made.root, '../empty'))
  await assert.rejects(
    importGit(loadPipeline(made.root), '../empty', 'x'),
    failsWith('unavailable', 'does not exist'),
  )
})

test('a folder that Git keeps, with data in it that Git does not, is refused with what to bring in its place', async (t) => {
  const one = await source(t, { 'data/README': 'r\n', 'data/a.csv': 'a\n' }, 'data/a.csv')
  const made = await project(t, {}, { git: true })
  const load = () => loadPipeline(made.root)
  const refused = failsWith('conflict', 'data/a.csv. Bring each of them by itself')
  await assert.rejects(importGit(load(), one.root, 'data'), refused)
  assert.equal(existsSync(join(made.root, 'data.dvc')), false)
  await importGit(load(), one.root, 'data/a.csv')
  await importGit(load(), one.root, 'data/README')
  assert.deepEqual([made.read('a.csv'), made.read('README')], ['a\n', 'r\n'])
})

/** Puts a program of this name before the others for the rest of a test; `$LOG` is a file of its own. */
async function shadow(t: TestContext, name: string, script: string): Promise<() => string> {
  const folder = await temporaryFolder(t)
  const log = join(folder, 'log')
  writeFileSync(log, '')
  writeFileSync(join(folder, name), script.replaceAll('$LOG', log), { mode: 0o755 })
  const before = process.env.PATH ?? ''
  process.env.PATH = `${folder}:${before}`
  t.after(() => {
    process.env.PATH = before
  })
  return () => readFileSync(log, 'utf8')
}

test('a source is cloned once for all that is brought up to date from it, and no clone is left by a failure', async (t) => {
  const one = await source(t, { a: 'a\n', b: 'b\n', c: 'c\n' })
  const made = await project(t, {}, { git: true })
  const load = () => loadPipeline(made.root)
  for (const name of ['a', 'b', 'c']) await importGit(load(), one.root, name)
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim()
  const log = await shadow(
    t,
    'git',
    `#!/bin/sh\ncase " $* " in *" clone "*) echo cloned >> $LOG ;; esac\nexec ${real} "$@"\n`,
  )
  await updateImports(load(), ['a.dvc', 'b.dvc', 'c.dvc'])
  assert.equal(log(), 'cloned\n')
  await assert.rejects(importGit(load(), one.root, 'nowhere'), failsWith('not_found', 'nowhere'))
  assert.equal(existsSync(join(made.root, '.dvc/tmp/tidemill/imports')), false)
})

test('the objects of an import are on the disk before its .dvc file names them', async (t) => {
  const names = Array.from({ length: 80 }, (_, at) => [`d/${at}`, `${at}\n`] as const)
  const one = await source(t, Object.fromEntries(names), 'd')
  const made = await project(t, {}, { git: true })
  // so many objects are waited for with one call of the system's `sync`
  const log = await shadow(
    t,
    'sync',
    `#!/bin/sh\n[ -e ${made.root}/d.dvc ] && echo late >> $LOG || echo before >> $LOG\n`,
  )
  await importGit(loadPipeline(made.root), one.root, 'd')
  assert.equal(log(), 'before\n')
})
