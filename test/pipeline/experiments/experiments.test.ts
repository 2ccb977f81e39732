import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import {
  applyExperiment,
  branchExperiment,
  dvcStatus,
  experiments,
  experimentTable,
  experimentTree,
  expRun,
  loadPipeline,
  metricsDiff,
  pythonJson,
  removeExperiments,
  renameExperiment,
  status,
} from '#pipeline'
import { noted, project, type Project } from '../support/project.ts'

async function committed(t: TestContext): Promise<Project> {
  const made = await project(
    t,
    {
      'params.yaml': 'rate: 0.1\n',
      'dvc.yaml': `stages:\n  train:\n    cmd: ${noted('train', 'grep rate params.yaml > m.yaml && cp m.yaml model')}\n    params:\n    - rate\n    outs:\n    - model\n    metrics:\n    - m.yaml:\n        cache: false\n`,
    },
    { git: true },
  )
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'base')
  made.took()
  return made
}

test('an experiment is a commit on its baseline under refs/exps, and the index stays as it was', async (t) => {
  const made = await committed(t)
  const { root, env } = made
  const head = made.git('rev-parse', 'HEAD').trim()
  const found = await expRun(root, { name: 'fast', set: ['rate=0.5'], env })
  assert.deepEqual(made.took(), ['train'])
  const ref = `refs/exps/${head.slice(0, 2)}/${head.slice(2)}/fast`
  assert.equal(made.git('rev-parse', ref).trim(), found.rev)
  assert.equal(made.git('rev-parse', `${ref}^`).trim(), head)
  assert.match(made.git('log', '-1', '--format=%s', ref), /^dvc: commit experiment [0-9a-f]{64}$/m)
  assert.equal(made.git('diff', '--cached', '--name-only'), '')
  assert.equal(made.git('diff', '--name-only', 'HEAD', ref), 'dvc.lock\nm.yaml\nparams.yaml\n')
  assert.deepEqual(metricsDiff(root, { from: 'HEAD', to: 'fast' }), {
    'm.yaml': { rate: { old: 0.1, new: 0.5, diff: 0.4 } },
  })
  await assert.rejects(expRun(root, { name: 'fast', env }), /exists already/)
  await assert.rejects(expRun(root, { name: 'a/b', env }), /cannot name/)
})

test('the row of an experiment takes as many questions to Git with twenty files of metrics as with one', async (t) => {
  const asked = async (files: number): Promise<number> => {
    const names = Array.from({ length: files }, (_, at) => `m${at}.json`)
    const made = await project(
      t,
      {
        'dvc.yaml': `metrics:\n${names.map((name) => `- ${name}\n`).join('')}`,
        ...Object.fromEntries(names.map((name, at) => [name, `{"loss": ${at}}\n`])),
      },
      { git: true },
    )
    made.git('add', '-A')
    made.git('commit', '-qm', 'base')
    const trace = join(made.root, '.git', 'asked')
    process.env.GIT_TRACE2 = trace
    t.after(() => delete process.env.GIT_TRACE2)
    const [, row] = experimentTable(made.root)
    delete process.env.GIT_TRACE2
    assert.equal(row?.metrics.size, files)
    return readFileSync(trace, 'utf8').match(/ start /g)?.length ?? 0
  }
  const one = await asked(1)
  assert.ok(one > 0)
  assert.equal(await asked(20), one)
})

test('an experiment is applied, named, branched and removed; what would be lost is refused', async (t) => {
  const made = await committed(t)
  const { root, env } = made
  await expRun(root, { name: 'beside', set: ['rate=0.9'], temp: true, env })
  made.took()
  made.write({ 'params.yaml': 'rate: 7 # mine\n' })
  await assert.rejects(applyExperiment(root, 'beside'), /params\.yaml holds data/)
  made.git('checkout', '-q', '--', '.')
  const applied = await applyExperiment(root, 'beside')
  assert.deepEqual(applied.missing, [])
  assert.match(made.read('model'), /0\.9/)
  const pipeline = loadPipeline(root)
  assert.deepEqual(dvcStatus(pipeline, await status(pipeline)), {})
  made.git('checkout', '-q', '--', '.')
  for (const lose of [
    () => made.write({ model: 'edited by hand\n' }),
    () => (made.drop('model'), made.write({ 'model/notes': 'n\n' })),
  ]) {
    lose()
    await assert.rejects(applyExperiment(root, 'beside'), /model.* holds data/)
    assert.equal(made.git('status', '--porcelain'), '', 'nothing is the experiment’s by then')
  }
  await applyExperiment(root, 'beside', { force: true })
  assert.match(made.read('model'), /0\.9/)
  renameExperiment(root, 'beside', 'winner')
  assert.equal(branchExperiment(root, 'winner'), 'winner-branch')
  assert.match(made.git('show', 'winner-branch:params.yaml'), /0\.9/)
  const rows = experimentTable(root)
  assert.deepEqual(
    rows.map(({ name }) => name),
    [undefined, 'main', 'winner'],
  )
  assert.match(pythonJson(experimentTree(rows)), /"name": "winner"/)
  removeExperiments(root, ['winner'])
  assert.deepEqual(experiments(root), [])
  assert.throws(() => removeExperiments(root, ['winner']), /no experiment winner/)
})
