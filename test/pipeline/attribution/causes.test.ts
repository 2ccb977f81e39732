import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { add, loadPipeline, openCounterfactuals, type CounterfactualOptions } from '#pipeline'
import { project, type Project } from '../support/project.ts'

type Files = Readonly<Record<string, string>>

interface Between {
  readonly made: Project
  /** `id → metrics that it can change`, idle ones with none. */
  readonly reach: Readonly<Record<string, readonly string[]>>
  readonly undeclared: readonly string[]
}

/** A repository with one commit of the first files and one with the second on top, and what differs between them. */
async function between(
  t: TestContext,
  before: Files,
  after: Files,
  options: CounterfactualOptions & { readonly data?: string; readonly workspace?: boolean } = {},
): Promise<Between> {
  const { data, workspace, ...rest } = options
  const made = await project(t, before, { git: true })
  for (const [index, files] of [before, after].entries()) {
    made.write(files)
    if (data !== undefined) await add(loadPipeline(made.root), [data])
    await made.repro({ all: true })
    if (workspace && index === 1) break
    made.git('add', '-A')
    made.git('commit', '-qm', `version ${index}`)
    made.git('tag', `v${index}`)
  }
  const work = openCounterfactuals(made.root, 'v0', workspace ? 'workspace' : 'v1', rest)
  const reach = [...work.causes, ...work.idle].map((cause) => [
    cause.id,
    work.metrics.filter((metric) => metric.causes.includes(cause)).map((metric) => metric.key),
  ])
  work.close()
  return { made, reach: Object.fromEntries(reach), undeclared: work.undeclared }
}

const metric = (stage: string, cmd: string, more = '') =>
  `  ${stage}:\n    cmd: ${cmd}\n${more}    metrics:\n    - ${stage}.json:\n        cache: false\n`
const writes = (stage: string, value: string) => `echo '{"${stage}":' ${value} '}' > ${stage}.json`

function digestPath(text: string): string {
  const md5 = createHash('md5').update(text).digest('hex')
  return join(md5.slice(0, 2), md5.slice(2))
}

test('a changed command is code of its stage, and reaches what comes behind it and nothing else', async (t) => {
  const file = (word: string) =>
    `stages:\n  prepare:\n    cmd: echo ${word} > x\n    deps:\n    - seed\n    outs:\n    - x\n${metric('m', writes('m', '$(wc -c < x)'), '    deps:\n    - x\n')}${metric('n', writes('n', '1'), '    deps:\n    - seed\n')}`
  const { reach } = await between(
    t,
    { 'dvc.yaml': `# first\n${file('one')}`, seed: '1' },
    { 'dvc.yaml': file('three') },
  )
  assert.deepEqual(reach, { 'code:prepare': ['m'] })
})

test('a file that several stages declare makes their code one cause, and a file that none declares is told of', async (t) => {
  const file = `stages:\n${metric('m', writes('m', '1'), '    deps:\n    - lib.py\n')}${metric('n', writes('n', '1'), '    deps:\n    - lib.py\n    - own.py\n')}`
  const { reach, undeclared } = await between(
    t,
    { 'dvc.yaml': file, 'lib.py': '1', 'own.py': '1', 'other.py': '1', 'notes.md': '1' },
    { 'lib.py': '2', 'own.py': '2', 'other.py': '2', 'notes.md': '2' },
  )
  assert.deepEqual(reach, { 'code:m+n': ['m', 'n'] })
  assert.deepEqual(undeclared, ['notes.md', 'other.py'])
})

test('a parameter reaches the stages that name it or are written with it, also through a loop of stages', async (t) => {
  const file = `stages:\n  each:\n    foreach: [1, 2]\n    do:\n      cmd: echo \${width} > w\${item}\n      deps:\n      - seed\n      outs:\n      - w\${item}\n${metric('m', writes('m', '$(cat w1)'), '    deps:\n    - w1\n')}${metric('n', writes('n', '1'), '    params:\n    - train\n')}`
  const { reach } = await between(
    t,
    { 'dvc.yaml': file, seed: '1', 'params.yaml': 'width: 1\ntrain:\n  rate: 1\n  depth: 2\n' },
    { 'params.yaml': 'width: 2\ntrain:\n  rate: 1.0\n  depth: 3\n' },
  )
  assert.deepEqual(reach, {
    'params:width': ['m'],
    'params:train.rate': ['n'],
    'params:train.depth': ['n'],
  })
})

test('a file of parameters that cannot be mixed is one cause, also when templates alone read it', async (t) => {
  const file = `vars:\n- more.toml\nstages:\n${metric('m', writes('m', '${size}'), '    deps:\n    - seed\n')}${metric('n', writes('n', '1'), '    deps:\n    - seed\n')}`
  const { reach, undeclared } = await between(
    t,
    { 'dvc.yaml': file, seed: '1', 'more.toml': 'size = 1\nother = 1\n' },
    { 'more.toml': 'size = 2\nother = 2\n' },
  )
  assert.deepEqual([reach, undeclared], [{ 'params:more.toml': ['m'] }, []])
})

test('a parameter that one side alone has belongs to the stage that asks for it', async (t) => {
  const file = (keys: string) => `stages:\n${metric('m', writes('m', '1'), `    params:\n${keys}`)}`
  const { reach } = await between(
    t,
    { 'dvc.yaml': file('    - rate\n'), 'params.yaml': 'rate: 1\n' },
    { 'dvc.yaml': file('    - rate\n    - dropout\n'), 'params.yaml': 'rate: 2\ndropout: 0.5\n' },
  )
  assert.deepEqual(reach, { 'code:m+dropout': ['m'], 'params:rate': ['m'] })
})

test('stages between which a path was renamed are one cause, and so is a new stage with what reads it', async (t) => {
  const file = (path: string, extra = '', more = '') =>
    `stages:\n  prepare:\n    cmd: cp seed ${path}\n    deps:\n    - seed\n    outs:\n    - ${path}\n${extra}${metric('m', writes('m', '1'), `    deps:\n    - ${path}\n${more}`)}`
  const renamed = await between(t, { 'dvc.yaml': file('x'), seed: '1' }, { 'dvc.yaml': file('y') })
  assert.deepEqual(renamed.reach, { 'code:m+prepare': ['m'] })
  const added = await between(
    t,
    { 'dvc.yaml': file('x'), seed: '1' },
    {
      'dvc.yaml': file(
        'x',
        '  extra:\n    cmd: cp seed z\n    deps:\n    - seed\n    outs:\n    - z\n',
        '    - z\n',
      ),
    },
  )
  assert.deepEqual(added.reach, { 'code:extra+m': ['m'] })
})

test('data under version are a cause each, and come from the cache into the trees', async (t) => {
  const file = `stages:\n${metric('m', writes('m', '$(cat raw/* | wc -c)'), '    deps:\n    - raw\n    - table.csv\n')}`
  const { reach, made } = await between(
    t,
    { 'dvc.yaml': file, 'raw/a': '1', 'raw/b': '22', 'table.csv': '1\n' },
    { 'raw/b': '333', 'raw/c': '4', 'table.csv': '2\n' },
    { data: 'raw' },
  )
  assert.deepEqual(reach, { 'data:raw': ['m'], 'data:table.csv': ['m'] })
  const work = openCounterfactuals(made.root, 'v0', 'v1')
  try {
    const values: (number | undefined)[] = []
    for (const ids of [[], ['data:raw'], ['data:table.csv'], ['data:raw', 'data:table.csv']]) {
      const swapped = new Set(work.causes.filter((cause) => ids.includes(cause.id)))
      const run = await work.run(swapped, { env: made.env })
      values.push(run.metrics.get('m.json:m'))
    }
    assert.deepEqual(values, [3, 5, 3, 5])
  } finally {
    work.close()
  }
})

test('data that no metric needs stay out of the trees, and data that are not in the cache are named', async (t) => {
  const file = `stages:\n  other:\n    cmd: cp large copy\n    deps:\n    - large\n    outs:\n    - copy\n${metric('m', writes('m', '$(wc -c < raw)'), '    deps:\n    - raw\n    params:\n    - a\n')}`
  const files = { 'dvc.yaml': file, raw: '1', large: '22', 'params.yaml': 'a: 1\n' }
  const { made } = await between(t, files, { 'params.yaml': 'a: 2\n', raw: '333' }, { data: 'raw' })
  await add(loadPipeline(made.root), ['large'])
  made.git('add', '-A')
  made.git('commit', '-qm', 'large data')
  rmSync(join(made.root, '.dvc/cache/files/md5', digestPath('22')))
  const work = openCounterfactuals(made.root, 'v0', 'main')
  const run = await work.run(new Set(work.causes), { env: made.env })
  assert.equal(run.metrics.get('m.json:m'), 3)
  work.close()
  rmSync(join(made.root, '.dvc/cache/files/md5', digestPath('333')))
  const again = openCounterfactuals(made.root, 'v0', 'main')
  await assert.rejects(again.run(new Set(again.causes), { env: made.env }), /in the cache for raw/)
  again.close()
})

test('a declared list of packages is the environment', async (t) => {
  const file = `stages:\n${metric('m', writes('m', '1'), '    deps:\n    - requirements.txt\n')}`
  const { reach, undeclared } = await between(
    t,
    { 'dvc.yaml': file, 'requirements.txt': 'a==1\n', '.python-version': '3.11\n' },
    { 'requirements.txt': 'a==2\n', '.python-version': '3.12\n' },
  )
  assert.deepEqual(reach, { environment: ['m'] })
  assert.deepEqual(undeclared, ['.python-version'])
})

test('the work tree can be compared before it is committed, new files of stages too, and stays as it is', async (t) => {
  const file = (more = '') =>
    `stages:\n${metric('m', writes('m', '1'), `    deps:\n    - a.py\n${more}`)}`
  const { reach, made } = await between(
    t,
    { 'dvc.yaml': file(), 'a.py': '1' },
    { 'dvc.yaml': file('    - new.py\n'), 'a.py': '2', 'new.py': '1' },
    { workspace: true },
  )
  assert.deepEqual(reach, { 'code:m': ['m'] })
  assert.match(made.git('status', '--porcelain'), /\?\? new\.py/)
  assert.equal(made.git('log', '--oneline').trim().split('\n').length, 1)
})
