import assert from 'node:assert/strict'
import { test } from 'node:test'
import { add, importUrl, loadPipeline, move, setFrozen, updateImports } from '#pipeline'
import { editDataFile } from '../../../src/pipeline/definition/edit-data-file.ts'
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

test('comments stay when data moves, is frozen and brought up to date', async (t) => {
  const made = await project(t, { src: 'a\n', 'sub/': '' }, { git: true })
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'src', { out: 'd' })
  const commented = `# ours\n${made.read('d.dvc').replace('outs:', 'outs: # here')}# end\n`
  const plain = (text: string) =>
    text.replaceAll(/ ?#.*\n/g, (line) => (line[0] === ' ' ? '\n' : ''))
  made.write({ 'd.dvc': commented, src: 'new\n' })
  const comments = () => made.read('sub/d.dvc').match(/#.*/g)
  await move(load(), 'd', 'sub/d')
  assert.deepEqual(comments(), ['# ours', '# here', '# end'])
  await updateImports(load(), ['sub/d.dvc'])
  // the MD5 of "new\n", of the source and of the output
  assert.equal(made.read('sub/d.dvc').match(/9cd599a3523898e6a12e13ec787da50a/g)?.length, 2)
  const updated = made.read('sub/d.dvc')
  await setFrozen(load(), ['sub/d.dvc'], false)
  await setFrozen(load(), ['sub/d.dvc'], true)
  assert.equal(made.read('sub/d.dvc'), updated)
  assert.deepEqual(comments(), ['# ours', '# here', '# end'])
  await importUrl(load(), 'src', { out: 'plain' })
  await move(load(), 'plain', 'sub/plain')
  assert.equal(
    plain(updated)
      .replace('path: d\n', 'path: plain\n')
      .replace(/^md5:.*\n/, ''),
    made.read('sub/plain.dvc').replace(/^md5:.*\n/, ''),
  )
})

test('a digest of digits alone is written so that it is read as text', () => {
  const digits = '12345678901234567890123456789012'
  const text = editDataFile(
    'outs:\n- md5: x # c\n  path: a\n',
    new Map([
      [
        'outs',
        [
          new Map([
            ['md5', digits],
            ['path', 'a'],
          ]),
        ],
      ],
    ]),
  )
  assert.equal(text, `outs:\n- md5: '${digits}' # c\n  path: a\n`)
})
