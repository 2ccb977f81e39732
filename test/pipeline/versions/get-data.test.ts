import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { getGit, getUrl, importUrl, loadPipeline } from '#pipeline'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

/** A source with the file `x` and the folder `set`, and somebody's work beside it. */
async function withWork(t: TestContext) {
  const top = await temporaryFolder(t)
  const at = (...names: string[]): string => join(top, ...names)
  mkdirSync(at('source/set'), { recursive: true })
  writeFileSync(at('source/x'), 'x')
  writeFileSync(at('source/set/a'), 'a')
  mkdirSync(at('work/.git'), { recursive: true })
  writeFileSync(at('work/.git/HEAD'), 'mine')
  writeFileSync(at('work/work.py'), 'mine')
  return { at, inWork: () => readdirSync(at('work'), { recursive: true }).map(String).toSorted() }
}

// what DVC 3.67.1 does with `dvc get-url SOURCE FOLDER [-f]`: the same places, with and without -f
for (const force of [false, true])
  test(`get puts what it copies into a folder that is there, and leaves the rest of it${force ? ', with --force too' : ''}`, async (t) => {
    const { at, inWork } = await withWork(t)
    const folder = await getUrl(at('source/set'), { out: at('work'), force })
    assert.equal(folder.path, at('work/set'))
    await getUrl(at('source/x'), { out: at('work'), force })
    assert.deepEqual(inWork(), ['.git', '.git/HEAD', 'set', 'set/a', 'work.py', 'x'])
    await getGit(at('source'), 'x', { out: at('work'), force }).catch(() => undefined)
    assert.equal(readFileSync(at('work/.git/HEAD'), 'utf8'), 'mine')
  })

test('get --force replaces files of the names it brings and no other, and no folder by a file', async (t) => {
  const { at, inWork } = await withWork(t)
  mkdirSync(at('work/set'))
  writeFileSync(at('work/set/a'), 'old')
  writeFileSync(at('work/set/mine'), 'mine')
  await assert.rejects(getUrl(at('source/set'), { out: at('work') }), failsWith('already_exists'))
  await getUrl(at('source/set'), { out: at('work'), force: true })
  assert.deepEqual(inWork(), ['.git', '.git/HEAD', 'set', 'set/a', 'set/mine', 'work.py'])
  assert.equal(readFileSync(at('work/set/a'), 'utf8'), 'a')
  mkdirSync(at('work/x'))
  writeFileSync(at('work/x/mine'), 'mine')
  await assert.rejects(
    getUrl(at('source/x'), { out: at('work'), force: true }),
    failsWith('already_exists', join('work', 'x')),
  )
  mkdirSync(at('source/deep/a'), { recursive: true })
  mkdirSync(at('work/deep'))
  writeFileSync(at('source/deep/a/b'), 'b')
  writeFileSync(at('work/deep/a'), 'a file where a folder comes')
  await getUrl(at('source/deep'), { out: at('work'), force: true })
  assert.equal(readFileSync(at('work/deep/a/b'), 'utf8'), 'b')
  writeFileSync(at('source/set/x'), 'x')
  mkdirSync(at('work/set/x'))
  writeFileSync(at('work/set/x/mine'), 'mine')
  await assert.rejects(
    getUrl(at('source/set'), { out: at('work'), force: true }),
    failsWith('unsaved_data', join('set', 'x')),
  )
})

test('import puts what it brings into a folder that is there', async (t) => {
  const made = await project(
    t,
    { 'outside/set/a': 'a\n', 'outside/x': 'x\n', 'data/mine': 'mine\n' },
    { git: true },
  )
  const load = () => loadPipeline(made.root)
  // DVC 3.67.1 writes data/set.dvc for `dvc import-url outside/set data`
  assert.equal(
    (await importUrl(load(), 'outside/set', { out: 'data', force: true })).file,
    'data/set.dvc',
  )
  assert.equal((await importUrl(load(), 'outside/x', { out: 'data' })).file, 'data/x.dvc')
  assert.deepEqual(
    [made.read('data/mine'), made.read('data/set/a'), made.read('data/x')],
    ['mine\n', 'a\n', 'x\n'],
  )
  made.write({ 'x/mine': 'mine\n' })
  await assert.rejects(importUrl(load(), 'outside/x', { force: true }), failsWith('already_exists'))
  assert.equal(made.read('x/mine'), 'mine\n')
})
