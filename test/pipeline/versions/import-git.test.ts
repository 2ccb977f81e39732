import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, importGit, loadPipeline, pull, updateImports } from '#pipeline'
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
