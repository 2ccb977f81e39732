import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, dataDiff, dataStatus, loadPipeline, move } from '#pipeline'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

test('a target that is no data is refused where there is no commit yet, too', async (t) => {
  const made = await project(t, { 'data/a.txt': 'a\n', 'code.py': '' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  for (const target of ['data', 'data/a.txt', 'code.py'])
    assert.equal(await dataDiff(load(), { targets: [target] }), undefined)
  await assert.rejects(dataDiff(load(), { targets: ['data', 'nosuch'] }), failsWith('not_found'))
})

test('data is compared with a commit and with what is recorded, folders by their files', async (t) => {
  const files = { 'data/a.txt': 'a\n', 'data/b.txt': 'b\n', 'data/c/d.txt': 'd\n' }
  const made = await project(t, { ...files, 'ren.txt': 'r\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  assert.equal(await dataDiff(load()), undefined, 'there is no commit yet')
  await add(load(), ['data', 'ren.txt'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'one')
  made.write({ 'data/a.txt': 'A\n', 'data/new.txt': 'n\n', 'loose.txt': 'l\n' })
  made.drop('data/b.txt')
  await move(load(), 'ren.txt', 'moved.txt')

  const paths = (list: readonly { readonly path: string }[]) => list.map(({ path }) => path)
  const found = await dataDiff(load())
  assert.deepEqual(paths(found?.added ?? []), ['data/new.txt'])
  assert.deepEqual(paths(found?.deleted ?? []), ['data/b.txt'])
  assert.deepEqual(paths(found?.modified ?? []), ['data/', 'data/a.txt'])
  assert.deepEqual(
    found?.renamed.map(({ from, path }) => [from, path]),
    [['ren.txt', 'moved.txt']],
  )
  assert.deepEqual((await dataDiff(load(), { targets: ['moved.txt'] }))?.modified, [])

  const before = await dataStatus(load(), { granular: true, untracked: true })
  assert.deepEqual(paths(before.uncommitted.modified), ['data/', 'data/a.txt'])
  assert.deepEqual(before.untracked, ['loose.txt', 'moved.txt.dvc'])
  assert.deepEqual(before.unchanged, ['data/c/d.txt'])
  await add(load(), ['data'])
  const after = await dataStatus(load())
  assert.deepEqual(paths(after.committed.modified), ['data/'])
  assert.deepEqual(after.uncommitted.modified, [])
  assert.deepEqual(after.notInCache, [])
})
