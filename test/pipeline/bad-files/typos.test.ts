import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TidemillError } from '#contract/error'
import { project } from '../support/project.ts'

const pipeline = `vars:
  - names: [a, b]
stages:
  clean:
    foreach: \${names}
    do:
      cmd: cp raw/\${item}.txt \${item}.out
      deps:
        - raw/\${item}.txt
      params:
        - rate
      outs:
        - \${item}.out
  train:
    matrix:
      kind: [x, y]
    cmd: echo \${train.rate} > \${item.kind}.model
    deps: [a.out]
    params:
      - train.rate
      - conf.toml: [depth]
    outs: ["\${item.kind}.model"]
`

const files = {
  'dvc.yaml': pipeline,
  'params.yaml': 'rate: 1\ntrain:\n  rate: 0.5\n',
  'conf.toml': 'depth = 3\n',
  'raw/a.txt': 'a\n',
  'raw/b.txt': 'b\n',
}

/** Each: what was mistyped, in which file, from what to what, and what is answered. */
const typos: readonly (readonly [string, keyof typeof files, string, string, RegExp])[] = [
  [
    'a key of a stage',
    'dvc.yaml',
    '      outs:\n',
    '      out:\n',
    /dvc\.yaml:12:7: unknown key 'out', did you mean outs;/,
  ],
  [
    'a variable',
    'dvc.yaml',
    '${train.rate}',
    '${train.rat}',
    /dvc\.yaml:17:10: there is no 'train\.rat' among the variables, did you mean train\.rate/,
  ],
  [
    'the item of a matrix',
    'dvc.yaml',
    '> ${item.kind}',
    '> ${item.knd}',
    /dvc\.yaml:17:10: .*'item\.knd'.*did you mean item\.kind/,
  ],
  [
    'a dependency of a group',
    'dvc.yaml',
    '- raw/${item}.txt',
    '- raw/${item}.tx',
    /dvc\.yaml:9:11: clean@a needs what is not there: raw\/a\.tx, did you mean raw\/a\.txt/,
  ],
  [
    'a parameter',
    'dvc.yaml',
    '- train.rate',
    '- train.rte',
    /dvc\.yaml:20:9: train@x needs what is not there: params\.yaml:train\.rte, did you mean train\.rate/,
  ],
  [
    'a parameter of another file',
    'dvc.yaml',
    '[depth]',
    '[dept]',
    /dvc\.yaml:21:21: train@x needs what is not there: conf\.toml:dept, did you mean depth/,
  ],
  [
    'a params file',
    'dvc.yaml',
    'conf.toml:',
    'config.toml:',
    /dvc\.yaml:21:9: train@x needs what is not there: config\.toml/,
  ],
  [
    'a text with ${…} that is not in quotes',
    'dvc.yaml',
    'deps: [a.out]',
    'deps: [${item.kind}.out]',
    /dvc\.yaml:18:13: between \[ \] and \{ \} a text with \$\{…\} has to be in quotes/,
  ],
  [
    'a comma',
    'dvc.yaml',
    '[a, b]',
    '["a" "b"]',
    /dvc\.yaml:2:17: a comma or a colon is missing between \[ \]/,
  ],
  [
    'a second colon',
    'dvc.yaml',
    'cmd: echo ',
    'cmd: echo rate: ',
    /dvc\.yaml:17:10: a second “: ” on the line: put all .* in quotes/,
  ],
  [
    'an indent too deep',
    'dvc.yaml',
    '    deps: [a.out]',
    '     deps: [a.out]',
    /dvc\.yaml:17:10: the line below stands further to the right than the keys beside it/,
  ],
  [
    'an indent too small',
    'dvc.yaml',
    '    deps: [a.out]',
    '   deps: [a.out]',
    /dvc\.yaml:18:1: this line begins in another column/,
  ],
  ['a tab', 'dvc.yaml', '    deps: [a', '\tdeps: [a', /dvc\.yaml:18:1: a tab indents this line/],
  [
    'a colon that is missing',
    'params.yaml',
    '  rate: 0.5',
    '  rate 0.5\n  depth: 1',
    /params\.yaml:3:3: this is no “key: value”: a colon is missing/,
  ],
  [
    'a colon that is missing in the last line',
    'params.yaml',
    '  rate: 0.5',
    '  depth: 1\n  rate 0.5',
    /params\.yaml:4:3: this is no “key: value”: a colon is missing/,
  ],
  [
    'what follows a text in quotes',
    'dvc.yaml',
    'cmd: echo ${train.rate}',
    'cmd: "echo 1"',
    /dvc\.yaml:17:19: something follows the end of the value/,
  ],
]

for (const [what, file, from, to, answer] of typos) {
  test(`a mistake is answered with its place and what to do: ${what}`, async (t) => {
    assert.ok(files[file].includes(from), from)
    const { repro } = await project(t, { ...files, [file]: files[file].replace(from, () => to) })
    await assert.rejects(async () => repro(), answer)
  })
}

for (const [file, text] of [
  ['params.yaml', 'rate: 1\n<<<<<<< HEAD\nseed: 1\n=======\nseed: 2\n>>>>>>> other\n'],
  ['conf.toml', 'rate = 1\n<<<<<<< HEAD\ndepth = 1\n=======\ndepth = 2\n>>>>>>> other\n'],
  ['conf.json', '{\n<<<<<<< HEAD\n"depth": 1\n=======\n"depth": 2\n>>>>>>> other\n}\n'],
] as const) {
  test(`marks that a merge left in ${file} are named as such`, async (t) => {
    const { repro } = await project(t, {
      [file]: text,
      'dvc.yaml': `stages:\n  s:\n    cmd: echo x\n    params:\n    - ${file}:\n`,
    })
    await assert.rejects(
      async () => repro(),
      new RegExp(`${file}:2:1: a merge in Git left a conflict here`),
    )
  })
}

test('a parameter that is not there is to be corrected or added, a file that Git keeps to be restored', async (t) => {
  const made = await project(t, files, { git: true })
  const remedy = async (): Promise<string | undefined> => {
    const failure: unknown = await made.repro().catch((error: unknown) => error)
    return failure instanceof TidemillError ? failure.hint : undefined
  }
  made.write({ 'params.yaml': 'rat: 1\ntrain:\n  rate: 0.5\n' })
  assert.equal(await remedy(), 'Correct the name, or add it to params.yaml.')
  made.write({ 'params.yaml': files['params.yaml'] })
  made.git('add', 'raw')
  made.drop('raw/b.txt')
  assert.equal(await remedy(), 'Correct the name, or bring it back with git restore: Git keeps it.')
  made.git('rm', '-q', '--cached', 'raw/b.txt')
  assert.match((await remedy()) ?? '', /tidemill checkout or tidemill pull\.$/)
})

test('marks that a merge left in dvc.lock are named, with how to go on', async (t) => {
  const { repro, read, write } = await project(t, files)
  await repro()
  const marked = read('dvc.lock').replace('  clean@b:', '<<<<<<< HEAD\n  clean@b:')
  write({ 'dvc.lock': marked })
  await assert.rejects(
    async () => repro(),
    /dvc\.lock:\d+:1: a merge .* git checkout --ours -- dvc\.lock, and tidemill repro makes anew/,
  )
})

test('what is not there is named where it is written itself: not at a template that may come to it, nor under another file', async (t) => {
  const made = await project(t, {
    'sub/dvc.yaml': `stages:
  each:
    foreach: [a]
    do:
      wdir: in
      cmd: "true"
      deps: ["\${item}", train.py]
      outs: ["\${item}.out"]
  train:
    cmd: "true"
    params:
      - other.yaml: [lr, depth]
      - conf.yaml: [rate, lr]
      - depth
  kept:
    cmd: "true"
    wdir: in
    frozen: true
    outs: [there]
    metrics: [m.json]
`,
    'sub/in/a': 'a\n',
    'sub/in/there': 'there\n',
    'sub/other.yaml': 'lr: 1\ndepth: 2\n',
    'sub/conf.yaml': 'rate: 1\n',
    'sub/params.yaml': 'dept: 1\n',
  })
  const place = async (stage: string, said: RegExp) =>
    assert.rejects(made.repro({ targets: [stage] }), said)
  await place('sub/dvc.yaml:each@a', /sub\/dvc\.yaml:7:25: .*sub\/in\/train\.py/)
  await place('sub/dvc.yaml:train', /sub\/dvc\.yaml:13:27: .*sub\/conf\.yaml:lr/)
  made.write({ 'sub/conf.yaml': 'rate: 1\nlr: 1\n' })
  await place(
    'sub/dvc.yaml:train',
    /sub\/dvc\.yaml:14:9: .*sub\/params\.yaml:depth, did you mean dept/,
  )
  await place('sub/dvc.yaml:kept', /sub\/dvc\.yaml:20:15: .*sub\/in\/m\.json/)
})
