import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  add,
  addStage,
  importUrl,
  loadPipeline,
  move,
  remove,
  setConfig,
  updateImports,
} from '#pipeline'
import { failsWith } from '../suites/remote-suite.ts'
import { project } from '../support/project.ts'

// recorded from DVC 3.67.1: `dvc stage add` with the same words
const recorded = `stages:
  prep:
    desc: hello
    cmd: 'cp one.txt out.txt && echo "{\\"acc\\": 0.5}" > m.json'
    deps:
    - one.txt
    params:
    - train.n
    - train.rate
    outs:
    - out.txt
    metrics:
    - m.json:
        cache: false
  second:
    cmd: cp out.txt o3
    deps:
    - out.txt
    params:
    - other.yaml:
      - a
      - b
    - params.yaml:
    outs:
    - o2.txt:
        cache: false
    - o3:
        persist: true
    plots:
    - curve.csv
`

test('stages are added as DVC writes them, byte for byte, and taken out again', async (t) => {
  const made = await project(t, { 'one.txt': '1\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  await addStage(load(), {
    name: 'prep',
    cmd: 'cp one.txt out.txt && echo "{\\"acc\\": 0.5}" > m.json',
    desc: 'hello',
    deps: ['one.txt'],
    params: ['train.rate,train.n'],
    outs: ['out.txt'],
    metricsNoCache: ['m.json'],
  })
  const first = made.read('dvc.yaml')
  await addStage(load(), {
    name: 'second',
    cmd: 'cp out.txt o3',
    wdir: '.',
    deps: ['out.txt'],
    params: ['params.yaml:', 'other.yaml:b,a'],
    outsNoCache: ['o2.txt'],
    outsPersist: ['o3'],
    plots: ['curve.csv'],
  })
  assert.equal(made.read('dvc.yaml'), recorded)
  assert.equal(made.read('.gitignore'), '/out.txt\n/o3\n/curve.csv\n')
  await remove(load(), ['second'])
  assert.equal(made.read('dvc.yaml'), first)
  assert.equal(made.read('.gitignore'), '/out.txt\n')
  await remove(load(), ['prep'])
  assert.ok(!existsSync(join(made.root, 'dvc.yaml')), 'an empty dvc.yaml goes')
})

test('a stage is added to a file with comments and wide indents, which stay', async (t) => {
  const before =
    '# mine\nstages:\n    a:   # first\n        cmd: echo a\n# after\nmetrics: [m.json]\n'
  const made = await project(t, { 'dvc.yaml': before })
  await addStage(loadPipeline(made.root), { name: 'b', cmd: 'echo b' })
  assert.equal(
    made.read('dvc.yaml'),
    '# mine\nstages:\n    a:   # first\n        cmd: echo a\n    b:\n      cmd: echo b\n# after\nmetrics: [m.json]\n',
  )
  await remove(loadPipeline(made.root), ['b'])
  assert.equal(made.read('dvc.yaml'), before)
})

test('a stage that DVC would refuse is refused, and dvc.yaml stays as it was', async (t) => {
  const before = 'stages:\n  a:\n    cmd: echo\n    outs:\n    - o\n'
  const made = await project(t, { 'dvc.yaml': before })
  const adding = (name: string, outs: string[]) =>
    addStage(loadPipeline(made.root), { name, cmd: 'echo', outs })
  await assert.rejects(adding('b', ['o']), /made by both/)
  await assert.rejects(adding('a', ['p']), /exists already/)
  await assert.rejects(adding('x:y', ['p']), /cannot name a stage/)
  assert.equal(made.read('dvc.yaml'), before)
})

test('data moves with its .dvc file and its line in .gitignore, and can be let go', async (t) => {
  const made = await project(t, { 'a.txt': 'a\n', 'sub/': '' }, { git: true })
  const load = () => loadPipeline(made.root)
  await add(load(), ['a.txt'])
  const moved = await move(load(), 'a.txt', 'sub')
  assert.equal(moved.to, 'sub/a.txt')
  assert.equal(made.read('sub/a.txt'), 'a\n')
  assert.match(made.read('sub/a.txt.dvc'), /path: a\.txt\n/)
  assert.equal(made.read('sub/.gitignore'), '/a.txt\n')
  assert.ok(!existsSync(join(made.root, '.gitignore')), 'an empty .gitignore goes')
  await assert.rejects(move(load(), 'nosuch', 'b'), /nosuch/)
  await remove(load(), ['sub/a.txt.dvc'])
  assert.equal(made.read('sub/a.txt'), 'a\n')
  assert.ok(!existsSync(join(made.root, 'sub/a.txt.dvc')))
})

test('with core.autostage what a command writes is in Git’s index', async (t) => {
  const made = await project(t, { 'data.txt': 'a\n' }, { git: true })
  const load = () => loadPipeline(made.root)
  const staged = () =>
    made.git('diff', '--cached', '--no-renames', '--name-only').split('\n').filter(Boolean)
  await add(load(), ['data.txt'])
  assert.deepEqual(staged(), [], 'not unless it is asked for')
  setConfig(made.root, 'core.autostage', 'true')
  made.write({ 'data.txt': 'b\n' })
  await add(load(), ['data.txt'])
  assert.deepEqual(staged(), ['data.txt.dvc'])
  await addStage(load(), { name: 's', cmd: 'cp data.txt out', deps: ['data.txt'], outs: ['out'] })
  assert.deepEqual(staged(), ['.gitignore', 'data.txt.dvc', 'dvc.yaml'])
  made.git('commit', '-qm', 'both')
  await move(load(), 'data.txt', 'moved.txt')
  assert.deepEqual(staged(), ['.gitignore', 'data.txt.dvc', 'moved.txt.dvc'])
})

// DVC 3.67.1 does the first, and refuses the second before anything moves
test('data that was imported moves with where it came from, and none moves out of the repository', async (t) => {
  const made = await project(t, { 'outside/d.csv': 'd\n', f: 'f\n', 'sub/': '' }, { git: true })
  const load = () => loadPipeline(made.root)
  await importUrl(load(), 'outside/d.csv')
  await move(load(), 'd.csv', 'renamed.csv')
  assert.match(
    made.read('renamed.csv.dvc'),
    /deps:\n(?:.*\n)*? {2}path: outside\/d\.csv\nouts:\n(?:.*\n)*? {2}path: renamed\.csv\n/,
  )
  await move(load(), 'renamed.csv', 'sub')
  assert.match(made.read('sub/renamed.csv.dvc'), /path: \.\.\/outside\/d\.csv\n/)
  made.write({ 'outside/d.csv': 'new\n' })
  await updateImports(load(), ['sub/renamed.csv.dvc'])
  assert.equal(made.read('sub/renamed.csv'), 'new\n')
  await add(load(), ['f'])
  await assert.rejects(move(load(), 'f', '../elsewhere'), failsWith('conflict', 'elsewhere'))
  assert.deepEqual([made.read('f'), existsSync(join(made.root, 'f.dvc'))], ['f\n', true])
})
