import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { enqueue, experiments, experimentTable, loadPipeline, type ExperimentRow } from '#pipeline'
import { saveExperiment } from '../../../src/pipeline/experiments/save-experiment.ts'
import { manyExperiments, manyPipeline } from '../../support/many-experiments.ts'
import { project, type Project } from '../support/project.ts'

async function base(t: TestContext): Promise<Project> {
  const files = {
    'dvc.yaml': manyPipeline,
    'params.yaml': 'rate: 1\n',
    'score.json': '{"score": 0}\n',
  }
  const made = await project(t, files, { git: true })
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  return made
}

const head = (made: Project): string => made.git('rev-parse', 'HEAD').trim()

/** How many processes of Git some work starts. */
function asked(t: TestContext, root: string, work: () => void): number {
  const trace = join(root, '.git', 'asked')
  process.env.GIT_TRACE2 = trace
  t.after(() => delete process.env.GIT_TRACE2)
  work()
  delete process.env.GIT_TRACE2
  const said = readFileSync(trace, 'utf8')
  rmSync(trace)
  return said.match(/ start /g)?.length ?? 0
}

function facts({ name, timestamp, params, metrics, error }: ExperimentRow) {
  return { name, timestamp, params, metrics, error }
}

test('a table of many experiments takes as many processes of Git as one of one', async (t) => {
  const counts: number[] = []
  for (const many of [1, 60]) {
    const made = await base(t)
    manyExperiments(made.root, head(made), many)
    counts.push(
      asked(t, made.root, () => assert.equal(experimentTable(made.root).length, many + 2)),
    )
  }
  assert.ok((counts[0] ?? 0) > 0)
  assert.equal(counts[1], counts[0])
})

test('to queue many experiments takes as many processes of Git as one, and to keep one that has many outputs as one that has few', async (t) => {
  const counts: (readonly number[])[] = []
  for (const many of [1, 12]) {
    const names = Array.from({ length: many }, (_, at) => `m${at}`)
    const outs = names.map((name) => `    - in/${name}: {cache: false}\n`).join('')
    const made = await project(
      t,
      {
        'dvc.yaml': `stages:\n  train:\n    cmd: mkdir -p in && cd in && for f in ${names.join(' ')}; do cp ../params.yaml $f; done\n    params: [rate]\n    outs:\n${outs}`,
        'params.yaml': 'rate: 1\n',
      },
      { git: true },
    )
    made.git('add', '-A')
    made.git('commit', '-qm', 'base')
    const points = names.map((_, at) => [`rate=${at}`])
    const queued = asked(t, made.root, () => enqueue(made.root, points))
    await made.repro()
    const pipeline = loadPipeline(made.root)
    const kept = asked(t, made.root, () => saveExperiment(pipeline, head(made), 'kept'))
    assert.equal(made.git('ls-tree', '-r', '--name-only', 'HEAD', 'in'), '')
    const [{ rev = '' } = {}] = experiments(made.root)
    assert.equal(made.git('ls-tree', '-r', '--name-only', rev, 'in').split('\n').length, many + 1)
    counts.push([queued, kept])
  }
  assert.deepEqual(counts[0], counts[1])
})

test('an experiment has what the work tree has, whether Git was told of it, and leaves out what Git was told to', async (t) => {
  const made = await base(t)
  made.write({
    '.gitignore': '*.log\n',
    'forced.log': '1\n',
    gone: '',
    kept: 'a\n',
    'told.txt': 'x\n',
  })
  made.git('add', '-A', '-f')
  made.git('commit', '-qm', 'files')
  made.write({ kept: 'b\n', 'new.txt': 'n\n', 'more.log': 'ignored\n', 'added.log': 'f\n' })
  made.drop('gone')
  made.git('add', '-f', 'added.log')
  made.git('rm', '-q', '--cached', 'told.txt')
  const before = made.git('status', '--porcelain')
  const rev = saveExperiment(loadPipeline(made.root), head(made), 'kept', {
    untracked: ['more.log'],
  })
  assert.equal(made.git('status', '--porcelain'), before)
  assert.equal(
    made.git('diff', '--name-status', 'HEAD', rev),
    'A\tadded.log\nD\tgone\nM\tkept\nD\ttold.txt\n',
  )
})

test('an experiment has what is there of files that a sparse checkout is without, and takes their names as they are', async (t) => {
  const made = await base(t)
  made.write({ 'docs/[a].txt': 'a\n', 'docs/gone.txt': 'a\n' })
  made.git('add', '-A')
  made.git('commit', '-qm', 'docs')
  made.git('sparse-checkout', 'set', '--no-cone', '/dvc.yaml')
  made.write({
    'params.yaml': 'rate: 5\n',
    'docs/[a].txt': 'b\n',
    ':odd.txt': 'o\n',
  })
  const rev = saveExperiment(loadPipeline(made.root), head(made), 'kept', {
    untracked: [':odd.txt'],
  })
  assert.equal(
    made.git('diff', '--name-status', 'HEAD', rev),
    'A\t:odd.txt\nM\tdocs/[a].txt\nM\tparams.yaml\n',
  )
})

test('of experiments on several commits each has what its own files say, whatever came, went or moved', async (t) => {
  const made = await base(t)
  manyExperiments(made.root, head(made), 110)
  const first = head(made)
  made.git('mv', 'params.yaml', 'other.yaml')
  made.write({
    'dvc.yaml':
      'stages:\n  train: {cmd: "true", params: [other.yaml: [rate]], metrics: [in/m.json: {cache: false}]}\n',
    'in/m.json': '{"m": 1}\n',
    'other.yaml': 'rate: 7\n',
  })
  made.git('rm', '-q', 'score.json')
  made.git('add', '-A')
  made.git('commit', '-qm', 'other')
  const second = head(made)
  const gone = made.git('commit-tree', `${second}^{tree}`, '-p', second, '-m', 'x').trim()
  made.git('update-ref', `refs/exps/${second.slice(0, 2)}/${second.slice(2)}/same`, gone)
  made.git('rm', '-qr', 'in')
  const without = made.git('commit-tree', made.git('write-tree').trim(), '-p', second, '-m', 'x')
  made.git(
    'update-ref',
    `refs/exps/${second.slice(0, 2)}/${second.slice(2)}/without`,
    without.trim(),
  )
  made.git('reset', '-q', '--hard')
  const rows = experimentTable(made.root, [first, second])
  assert.equal(rows.length, 115)
  for (const row of rows.filter(
    ({ rev }, at) => rev !== 'workspace' && (at % 20 === 0 || at > 110),
  )) {
    // by another name of the folder it is read anew, and alone
    const [, alone] = experimentTable(`${made.root}/`, [row.rev])
    assert.deepEqual({ ...facts(row), name: '' }, alone && { ...facts(alone), name: '' })
  }
  const named = new Map(rows.map((row) => [row.name, row]))
  assert.deepEqual(
    named.get('many-109')?.metrics,
    new Map([['score.json', new Map([['score', 109n]])]]),
  )
  assert.deepEqual(named.get('same')?.metrics, new Map([['in/m.json', new Map([['m', 1n]])]]))
  assert.deepEqual(named.get('without')?.metrics, new Map())
  assert.deepEqual(named.get('same')?.params, new Map([['other.yaml', new Map([['rate', 7n]])]]))
})

test('an experiment that Git has lost a part of leaves the rows of the others as they are', async (t) => {
  for (const [lost, isUnreadable] of [
    [':score.json', false],
    ['^{tree}', true],
    ['', true],
  ] as const) {
    const made = await base(t)
    manyExperiments(made.root, head(made), 2)
    made.write({ 'score.json': '{"score": 77}\n' })
    made.git('add', '-A')
    const tree = made.git('write-tree').trim()
    const rev = made.git('commit-tree', tree, '-p', head(made), '-m', 'x').trim()
    made.git('update-ref', `refs/exps/${head(made).slice(0, 2)}/${head(made).slice(2)}/a-lost`, rev)
    const object = made.git('rev-parse', `${rev}${lost}`).trim()
    const file = join('.git/objects', object.slice(0, 2), object.slice(2))
    made.git('reset', '-q', '--hard')
    made.write({ [file]: 'no object' })
    const rows = experimentTable(made.root)
    assert.deepEqual(
      rows.map(({ ref, name, error, metrics }) => [ref && name, error !== undefined, metrics.size]),
      [
        [undefined, false, 1],
        [undefined, false, 1],
        ['a-lost', isUnreadable, 0],
        ['many-0', false, 1],
        ['many-1', false, 1],
      ],
    )
  }
})

test('a commit that is not here is a row that says so, and the others are as ever', async (t) => {
  const made = await base(t)
  made.git('commit', '-q', '--allow-empty', '-m', 'second')
  manyExperiments(made.root, head(made), 2)
  const clone = join(made.root, '../clone')
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${made.root}`, clone])
  execFileSync('git', [
    '-C',
    clone,
    'fetch',
    '-q',
    '--depth',
    '1',
    'origin',
    'refs/exps/*:refs/exps/*',
  ])
  const lost = 'f'.repeat(40)
  const rows = experimentTable(clone, [lost, head(made), made.git('rev-parse', 'HEAD~1').trim()])
  assert.deepEqual(
    rows.map(({ name, error, metrics }) => [name, error !== undefined, metrics.size]),
    [
      [undefined, false, 1],
      [undefined, true, 0],
      ['main', false, 1],
      ['many-0', false, 1],
      ['many-1', false, 1],
      [undefined, true, 0],
    ],
  )
})
