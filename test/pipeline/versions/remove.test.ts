import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { add, loadPipeline, remove } from '#pipeline'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

const stages = `stages:
  s:
    foreach: [1, 2]
    do:
      cmd: echo \${item} > o\${item}
      outs: ['o\${item}']
  m:
    cmd: echo 1 > model.pkl && echo 2 > n.json
    outs: [model.pkl]
    metrics:
    - n.json:
        cache: false
`

// DVC 3.67.1 refuses each of these three; it does not know a group by its name
test('remove takes a stage, a group or a .dvc file, and no part of one', async (t) => {
  const made = await project(t, { 'dvc.yaml': stages, 'data/a': 'a\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  await made.repro()
  for (const [target, instead] of [
    ['data/a', 'data.dvc'],
    ['data', 'data.dvc'],
    ['s@1', 'group s'],
    ['dvc.yaml:s@1', 'group s'],
    ['model.pkl', 'stage m'],
  ] as const)
    await assert.rejects(remove(load(), [target], { outs: true }), failsWith('conflict', instead))
  assert.deepEqual([made.read('dvc.yaml'), made.read('data/a')], [stages, 'a\n'])
  await remove(load(), ['s'])
  assert.doesNotMatch(made.read('dvc.lock'), /s@/)
  assert.doesNotMatch(made.read('dvc.yaml'), /foreach/)
})

test('remove --outs keeps everything when data would be lost, unless forced', async (t) => {
  const made = await project(t, { 'dvc.yaml': stages, 'data/a': 'a\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['data'])
  await made.repro()
  made.write({ 'data/new': 'mine\n', '.dvcignore': '*.tmp\n' })
  await assert.rejects(
    remove(load(), ['m', 'data.dvc'], { outs: true }),
    failsWith('unsaved_data', 'data'),
  )
  assert.deepEqual([made.read('dvc.yaml'), made.read('model.pkl')], [stages, '1\n'])
  made.drop('data/new')
  made.write({ 'data/x.tmp': 'hidden\n' })
  await assert.rejects(
    remove(load(), ['data.dvc'], { outs: true }),
    failsWith('unsaved_data', 'data'),
  )
  made.drop('data/x.tmp')
  await remove(load(), ['data.dvc'], { outs: true })
  assert.equal(existsSync(join(made.root, 'data')), false)
  made.write({ 'n.json': '3\n' })
  await assert.rejects(remove(load(), ['m'], { outs: true }), failsWith('unsaved_data', 'n.json'))
  made.git('add', '.')
  made.git('commit', '-qm', 'three')
  await remove(load(), ['m'], { outs: true })
  assert.equal(existsSync(join(made.root, 'n.json')), false)
  made.write({ o1: 'mine\n' })
  await remove(load(), ['s'], { outs: true, force: true })
  assert.equal(existsSync(join(made.root, 'o1')), false)
})
