import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { TidemillError } from '#contract'
import { dag, loadPipeline } from '#pipeline'
import { project } from '../support/project.ts'

test('foreach over scalars names stages by value, over maps by key, over rows by index', async (t) => {
  const { root } = await project(t, {
    'params.yaml': 'many:\n  one: {v: 1}\n  two: {v: 2.0}\n',
    'dvc.yaml': `stages:
  each:
    foreach: [1, 2.0, true, a b]
    do: {cmd: 'echo \${item}'}
  map:
    foreach: \${many}
    do: {cmd: 'echo \${key} \${item.v}'}
  rows:
    foreach: [{n: x}, {n: y}]
    do: {cmd: 'echo \${item.n}'}
`,
  })
  const stages = loadPipeline(root).stages
  assert.deepEqual(
    stages.map((stage) => [stage.name, stage.cmd]),
    [
      ['each@1', 'echo 1'],
      ['each@2.0', 'echo 2.0'],
      ['each@true', 'echo true'],
      ['each@a b', 'echo a b'],
      ['map@one', 'echo one 1'],
      ['map@two', 'echo two 2.0'],
      ['rows@0', 'echo x'],
      ['rows@1', 'echo y'],
    ],
  )
})

test('matrix makes every combination in the order given; maps are named by index', async (t) => {
  const { root } = await project(t, {
    'dvc.yaml':
      'stages:\n  mx:\n    matrix:\n      a: [x, 1]\n      b: [{k: 1}, {k: 2}]\n    cmd: echo ${item.a} ${item.b.k} ${key}\n',
  })
  assert.deepEqual(
    loadPipeline(root).stages.map((stage) => [stage.name, stage.cmd]),
    [
      ['mx@x-b0', 'echo x 1 x-b0'],
      ['mx@x-b1', 'echo x 2 x-b1'],
      ['mx@1-b0', 'echo 1 1 1-b0'],
      ['mx@1-b1', 'echo 1 2 1-b1'],
    ],
  )
})

test('paths start at the working folder, params at its params.yaml', async (t) => {
  const { root } = await project(t, {
    'sub/dvc.yaml':
      'stages:\n  s:\n    wdir: in\n    cmd: x\n    deps: [../a, b]\n    params: [k, ../p.json: [q.r]]\n    outs: [../../out]\n',
  })
  const [stage] = loadPipeline(root).stages
  assert.equal(stage?.address, 'sub/dvc.yaml:s')
  assert.deepEqual(
    stage?.deps.map((dep) => dep.target),
    ['sub/a', 'sub/in/b'],
  )
  assert.deepEqual(
    stage?.outs.map((out) => out.target),
    ['out'],
  )
  assert.deepEqual(
    stage?.params.map((one) => [one.target, one.keys]),
    [
      ['sub/in/params.yaml', ['k']],
      ['sub/p.json', ['q.r']],
    ],
  )
})

test('a dependency in, on or round an output makes an edge', async (t) => {
  const { root } = await project(t, {
    'data.dvc':
      'outs:\n- md5: d8e8fca2dc0f896fd7cb4cb0031ba249\n  size: 1\n  hash: md5\n  path: data\n',
    'dvc.yaml': `stages:
  exact: {cmd: x, deps: [data], outs: [one/file]}
  inside: {cmd: x, deps: [data/part], outs: [two]}
  round: {cmd: x, deps: [one], outs: [three]}
`,
  })
  const { edges } = dag(loadPipeline(root))
  assert.deepEqual(edges.map(({ from, to }) => `${from}>${to}`).sort(), [
    'data.dvc>exact',
    'data.dvc>inside',
    'exact>round',
  ])
})

const refused: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ['an unclosed quote', { 'dvc.yaml': 'stages:\n  a:\n    cmd: "x\n' }, /^dvc\.yaml:\d+:\d+: /],
  ['a tab', { 'dvc.yaml': 'stages:\n  a:\n\tcmd: x\n' }, /^dvc\.yaml:3:\d+: /],
  [
    'a key given twice',
    { 'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    cmd: y\n' },
    /^dvc\.yaml:4:5: /,
  ],
  [
    'an unknown key of a stage',
    { 'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    dep: [s]\n' },
    /^dvc\.yaml:4:5: unknown key 'dep'/,
  ],
  [
    'an unknown key at the top',
    { 'dvc.yaml': 'stages: {}\nstage: {}\n' },
    /^dvc\.yaml:2:1: unknown key 'stage'/,
  ],
  [
    'a stage without a command',
    { 'dvc.yaml': 'stages:\n  a:\n    deps: [s]\n' },
    /^dvc\.yaml:3:5: .*lacks the key 'cmd'/,
  ],
  [
    'a flag that is no truth',
    { 'dvc.yaml': 'stages:\n  a:\n    cmd: x\n    frozen: maybe\n' },
    /^dvc\.yaml:4:13: .*frozen.* must be true or false/,
  ],
  [
    'an unknown key of a data file',
    { 'x.dvc': 'outs:\n- md5: d8e8fca2dc0f896fd7cb4cb0031ba249\n  path: x\n  colour: red\n' },
    /^x\.dvc:4:3: unknown key 'colour'/,
  ],
  [
    'a circle',
    {
      'dvc.yaml':
        'stages:\n  up: {cmd: x, deps: [b], outs: [a]}\n  down: {cmd: x, deps: [a], outs: [b]}\n',
    },
    /^dvc\.yaml:2:3: .*circle: up needs down needs up/,
  ],
  [
    'one output of two stages',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, outs: [o]}\n  q: {cmd: x, outs: [o]}\n' },
    /^dvc\.yaml:3:3: the output o is made by both p and q/,
  ],
  [
    'an output inside another',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, outs: [f]}\n  q: {cmd: x, outs: [f/in]}\n' },
    /f\/in of q lies inside the output f of p/,
  ],
  [
    'an output outside the repository',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, outs: [../o]}\n' },
    /outside the repository/,
  ],
  [
    'an output inside a dependency',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, deps: [data], outs: [data/clean]}\n' },
    /data of p and its output data\/clean hold one another/,
  ],
  [
    'a dependency inside an output',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, deps: [out/z], outs: [out]}\n' },
    /hold one another/,
  ],
  [
    'a dependency that is an output too',
    { 'dvc.yaml': 'stages:\n  p: {cmd: x, deps: [o], outs: [o]}\n' },
    /both a dependency and an output/,
  ],
  [
    'an unknown variable',
    { 'params.yaml': 'k: 1\n', 'dvc.yaml': 'stages:\n  p:\n    cmd: echo ${nokey}\n' },
    /^dvc\.yaml:3:10: .*nokey/,
  ],
  [
    'a map in a path',
    { 'params.yaml': 'k: {a: 1}\n', 'dvc.yaml': 'stages:\n  p:\n    cmd: x\n    outs: ["${k}"]\n' },
    /^dvc\.yaml:4:11: 'k' is a map/,
  ],
  [
    'a variable with two sources',
    { 'params.yaml': 'k: 1\n', 'dvc.yaml': 'vars:\n- k: 2\nstages:\n  p: {cmd: x}\n' },
    /^dvc\.yaml:1:\d+|^dvc\.yaml:2:1: 'k' is given twice/,
  ],
  [
    'broken parameters',
    { 'params.yaml': 'k: [1\n', 'dvc.yaml': 'stages:\n  p: {cmd: "echo ${k}"}\n' },
    /^params\.yaml:\d+:\d+: /,
  ],
  [
    'a date in the parameters',
    { 'params.yaml': 'day: 2024-01-01\n', 'dvc.yaml': 'stages:\n  p: {cmd: "echo ${day}"}\n' },
    /^params\.yaml:1:6: .*quotes/,
  ],
]

for (const [what, files, message] of refused) {
  test(`${what} is refused with its place`, async (t) => {
    const { root } = await project(t, files)
    assert.throws(
      () => loadPipeline(root),
      (error: unknown) => {
        assert.ok(error instanceof TidemillError, String(error))
        assert.equal(error.code, 'pipeline_invalid')
        assert.match(error.message, message)
        return true
      },
    )
  })
}

test('whatever a pipeline file holds, it is taken or refused with a place', async (t) => {
  const made = await project(t)
  const words = fc.constantFrom(
    'stages',
    'cmd',
    'deps',
    'outs',
    'foreach',
    'do',
    'matrix',
    'params',
    'vars',
    'x',
    '${x}',
    'a.b',
    '1',
    '-',
    '[',
    '{',
    ':',
    '"',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.array(words, { maxLength: 12 }).map((all) => all.join('\n ')),
        fc.string(),
      ),
      (text) => {
        made.write({ 'dvc.yaml': text })
        try {
          loadPipeline(made.root)
        } catch (error) {
          assert.ok(
            error instanceof TidemillError && error.code === 'pipeline_invalid',
            String(error),
          )
          assert.match(error.message, /^[^:]+:\d+:\d+: /)
        }
      },
    ),
    { numRuns: 300 },
  )
})
