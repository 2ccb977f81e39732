import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, loadPipeline } from '#pipeline'
import { project } from '../support/project.ts'

const written = (md5: string, size: number): string => `# a comment on top
outs: # behind
- md5: ${md5}
  # inner
  size: ${size}
  hash: md5
  path: a # the path
# end
meta: {x: 1}   # flow
`

test('comments of a .dvc file stay where they are when its data changes', async (t) => {
  const made = await project(t, { a: 'a\n' }, { git: true })
  // the MD5 of "a\n", and recorded from DVC 3.67.1: `dvc add a` with the file holding "new\n"
  made.write({ 'a.dvc': written('60b725f10c9c85c70d97880dfe8191b3', 2), a: 'new\n' })
  await add(loadPipeline(made.root), ['a'])
  assert.equal(made.read('a.dvc'), written('9cd599a3523898e6a12e13ec787da50a', 4))
  made.write({ 'a*': 'new\n' })
  await add(loadPipeline(made.root), ['a'])
  const [data] = loadPipeline(made.root).data
  assert.equal(data?.entries[0]?.isexec, true)
  assert.match(made.read('a.dvc'), /# inner\n(?:.*\n)* {2}path: a # the path\n/)
  made.write({ a: 'new\n' })
  await add(loadPipeline(made.root), ['a'])
  assert.equal(made.read('a.dvc'), written('9cd599a3523898e6a12e13ec787da50a', 4))
})
