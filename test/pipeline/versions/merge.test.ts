import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, addRemote, checkout, loadPipeline, pull, push, setUpGit, status } from '#pipeline'
import { program } from '../../support/tidemill.ts'
import { noted, project, type Project } from '../support/project.ts'

const stage = (name: string, dep: string) =>
  `  ${name}:\n    cmd: ${noted(name, `cp ${dep} ${name}.out`)}\n    deps:\n    - ${dep}\n    outs:\n    - ${name}.out\n`

interface Merging {
  readonly made: Project
  readonly env: Readonly<Record<string, string | undefined>>
  commit(message: string): void
  /** What Git says and its exit code. */
  merge(branch: string): { readonly code: number; readonly said: string }
}

/** A repository whose Git merges by our driver; `tidemill` on its path is this checkout's. */
async function merging(t: TestContext, files: Readonly<Record<string, string>>): Promise<Merging> {
  const made = await project(t, files, { git: true })
  const bin = join(made.root, '../bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'tidemill'), `#!/bin/sh\nexec ${process.execPath} ${program} "$@"\n`)
  chmodSync(join(bin, 'tidemill'), 0o755)
  setUpGit(made.root, { hooks: false })
  const env = { ...made.env, PATH: `${bin}${delimiter}${made.env.PATH}` }
  return {
    made,
    env,
    commit(message) {
      made.git('add', '-A')
      made.git('commit', '-qm', message)
    },
    merge(branch) {
      try {
        const said = execFileSync('git', ['-C', made.root, 'merge', '--no-edit', branch], {
          env,
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        return { code: 0, said }
      } catch (error) {
        const {
          status: code,
          stderr,
          stdout,
        } = error as { status: number; stderr: string; stdout: string }
        return { code, said: stdout + stderr }
      }
    },
  }
}

test('two branches that ran different stages merge without a conflict, and nothing is left to run', async (t) => {
  const { made, commit, merge } = await merging(t, {
    a: 'a\n',
    b: 'b\n',
    'dvc.yaml': `stages:\n${stage('one', 'a')}${stage('two', 'b')}`,
  })
  await made.repro()
  commit('start')
  made.git('checkout', '-qb', 'other')
  made.write({ b: 'b2\n' })
  await made.repro()
  commit('two ran')
  made.git('checkout', '-q', 'main')
  await checkout(loadPipeline(made.root))
  made.write({
    a: 'a2\n',
    'dvc.yaml': `stages:\n${stage('one', 'a')}${stage('two', 'b')}${stage('three', 'a')}`,
  })
  await made.repro()
  commit('one and three ran')
  assert.deepEqual(merge('other').code, 0)
  await checkout(loadPipeline(made.root))
  assert.deepEqual(await status(loadPipeline(made.root)), [])
  assert.deepEqual([made.read('one.out'), made.read('two.out')], ['a2\n', 'b2\n'])
})

test('a stage that both branches ran differently loses its entry: it is named, and runs again', async (t) => {
  const { made, commit, merge } = await merging(t, {
    a: 'a\n',
    b: 'b\n',
    'dvc.yaml': `stages:\n${stage('one', 'a')}${stage('two', 'b')}`,
  })
  await made.repro()
  commit('start')
  made.git('checkout', '-qb', 'other')
  made.write({
    'dvc.yaml': `stages:\n${stage('one', 'a').replace('cp a', 'cat a b >')}${stage('two', 'b')}`,
  })
  await made.repro()
  commit('another command')
  made.git('checkout', '-q', 'main')
  made.write({ a: 'a2\n' })
  await made.repro()
  commit('another input')
  made.took()
  const { code, said } = merge('other')
  assert.equal(code, 1)
  assert.match(said, /one was changed on both sides; it has no entry now/)
  assert.doesNotMatch(made.read('dvc.lock'), /[<>=]{7}|\n  one:/)
  await made.repro()
  assert.deepEqual(made.took(), ['one'])
  assert.equal(made.read('one.out'), 'a2\nb\n')
})

test('two branches that changed different files of a folder merge file by file', async (t) => {
  const { made, commit, merge } = await merging(t, {
    'data/a': 'a\n',
    'data/b': 'b\n',
    'data/c': 'c\n',
  })
  const keep = () => add(loadPipeline(made.root), ['data'])
  await keep()
  commit('start')
  made.git('checkout', '-qb', 'other')
  made.write({ 'data/b': 'b2\n', 'data/new': 'n\n' })
  await keep()
  commit('theirs')
  made.git('checkout', '-q', 'main')
  await checkout(loadPipeline(made.root))
  made.write({ 'data/a': 'a2\n' })
  made.drop('data/c')
  await keep()
  commit('ours')
  assert.equal(merge('other').code, 0)
  await checkout(loadPipeline(made.root))
  assert.deepEqual(
    ['a', 'b', 'new'].map((name) => made.read(`data/${name}`)),
    ['a2\n', 'b2\n', 'n\n'],
  )
  assert.match(made.read('data.dvc'), /size: 8\n  nfiles: 3\n/)
  assert.deepEqual(await status(loadPipeline(made.root)), [])
})

test('a folder merges without a remote where a file that one side removed is gone from the cache', async (t) => {
  const { made, commit, merge } = await merging(t, { 'data/one': 'one\n', 'data/two': 'two\n' })
  const keep = () => add(loadPipeline(made.root), ['data'])
  await keep()
  commit('start')
  made.git('checkout', '-qb', 'other')
  made.write({ 'data/three': 'three\n' })
  await keep()
  commit('theirs')
  made.git('checkout', '-q', 'main')
  await checkout(loadPipeline(made.root))
  made.drop('data/one')
  made.write({ 'data/four': 'four\n' })
  await keep()
  commit('ours')
  const md5 = hash('md5', 'one\n')
  rmSync(join(made.root, '.dvc/cache/files/md5', md5.slice(0, 2), md5.slice(2)))
  const { code, said } = merge('other')
  assert.equal(code, 0, said)
  await checkout(loadPipeline(made.root))
  assert.deepEqual(readdirSync(join(made.root, 'data')), ['four', 'three', 'two'])
})

/** Two branches that each added a file to a folder, of which the cache has ours alone, as after `git fetch`. */
async function twoSidesOfFolder(t: TestContext): Promise<Merging & { readonly store: string }> {
  const side = await merging(t, { 'data/a': 'a\n' })
  const { made, commit } = side
  const store = join(made.root, '../store')
  const keep = () => add(loadPipeline(made.root), ['data'])
  addRemote(made.root, 'store', store, { asDefault: true, from: made.root })
  await keep()
  commit('start')
  await push(loadPipeline(made.root))
  made.git('checkout', '-qb', 'other')
  made.write({ 'data/theirs': 'theirs\n' })
  await keep()
  commit('theirs')
  await push(loadPipeline(made.root))
  made.git('checkout', '-q', 'main')
  await checkout(loadPipeline(made.root))
  rmSync(join(made.root, '.dvc/cache'), { recursive: true })
  made.write({ 'data/ours': 'ours\n' })
  await keep()
  commit('ours')
  return { ...side, store }
}

test('what the other side’s folder holds is asked of the remote when Git merges before its data is here', async (t) => {
  const { made, merge } = await twoSidesOfFolder(t)
  const { code, said } = merge('other')
  assert.equal(code, 0, said)
  await pull(loadPipeline(made.root))
  assert.equal(made.read('data/theirs'), 'theirs\n')
  assert.equal(made.read('data/ours'), 'ours\n')
  assert.deepEqual(await status(loadPipeline(made.root)), [])
})

test('a folder that cannot be merged yet says so, and is merged when the other side’s data can be had', async (t) => {
  const { made, merge, store, env } = await twoSidesOfFolder(t)
  renameSync(store, `${store}-later`)
  mkdirSync(store)
  const { code, said } = merge('other')
  assert.equal(code, 1)
  assert.match(said, /data\.dvc is still as on our side.*git checkout -m -- data\.dvc/)
  assert.match(said, /neither the cache nor the remote says what is in [0-9a-f]{32}\.dir/)
  rmSync(store, { recursive: true })
  renameSync(`${store}-later`, store)
  execFileSync('git', ['-C', made.root, 'checkout', '-m', '--', 'data.dvc'], { env, stdio: 'pipe' })
  await pull(loadPipeline(made.root))
  assert.equal(made.read('data/theirs'), 'theirs\n')
  assert.equal(made.read('data/ours'), 'ours\n')
})

test('a single file that both branches changed stays ours, and no later merge is promised', async (t) => {
  const { made, commit, merge } = await merging(t, { one: 'one\n' })
  const change = async (text: string): Promise<void> => {
    made.write({ one: text })
    await add(loadPipeline(made.root), ['one'])
    commit(text)
  }
  await change('start\n')
  made.git('checkout', '-qb', 'other')
  await change('theirs\n')
  made.git('checkout', '-q', 'main')
  await change('ours\n')
  const { code, said } = merge('other')
  assert.equal(code, 1)
  assert.match(said, /one\.dvc is still as on our side\.\n/)
  assert.match(said, /it is a file, which cannot be merged/)
  assert.doesNotMatch(said, /git checkout -m/)
})

test('a file of a folder that both branches changed is named, and ours stays', async (t) => {
  const { made, commit, merge } = await merging(t, { 'data/a': 'a\n', 'data/b': 'b\n' })
  const keep = () => add(loadPipeline(made.root), ['data'])
  await keep()
  commit('start')
  made.git('checkout', '-qb', 'other')
  made.write({ 'data/a': 'theirs\n' })
  await keep()
  commit('theirs')
  made.git('checkout', '-q', 'main')
  made.write({ 'data/a': 'ours\n' })
  await keep()
  commit('ours')
  const { code, said } = merge('other')
  assert.equal(code, 1)
  assert.match(said, /a was changed on both sides; ours was kept/)
  await checkout(loadPipeline(made.root))
  assert.equal(made.read('data/a'), 'ours\n')
})

test('installing again changes nothing, and a hook of another program stays', async (t) => {
  const made = await project(t, {}, { git: true })
  made.write({ '.git/hooks/pre-push': '#!/bin/sh\ntrue\n' })
  const first = setUpGit(made.root, { hooks: true })
  assert.deepEqual(first.kept, ['pre-push'])
  assert.deepEqual(first.changed, [
    '.gitattributes',
    '.git/hooks/pre-commit',
    '.git/hooks/post-checkout',
  ])
  assert.deepEqual(setUpGit(made.root, { hooks: true }), { changed: [], kept: ['pre-push'] })
  assert.equal(made.read('.git/hooks/pre-push'), '#!/bin/sh\ntrue\n')
})
