import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { runningServer } from '../support/home.ts'
import { tidemill } from '../support/tidemill.ts'

const { runs } = operations

test('over HTTP experiments are a tree, and a run that moved gives MLflow’s clients its files under its old address and its new one', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  await caller.call(runs.createExperiment, { name: 'team/old' })
  const { run } = await caller.call(runs.create, { experiment: 'team/old' })
  const file = { run: run.id, path: 'a.txt' }
  await caller.call(runs.putArtifact, file, Buffer.from('hello'))
  await caller.call(runs.create, { experiment: 'plain' })
  const moved = await caller.call(runs.move, { runs: [run.id], to: 'team/new', create: true })
  assert.deepEqual([moved.runs, moved.experiment.name], [[run.id], 'team/new'])
  await caller.call(runs.moveFolder, { folder: 'team', to: 'lab' })
  const tree = await caller.call(runs.tree, {})
  assert.deepEqual(
    tree.folders.map(({ path, experiments, runs: count }) => [path, experiments, count]),
    [['lab', 2, 1]],
  )
  assert.deepEqual(
    tree.experiments.map(({ name, folder, runs: count }) => [name, folder, count]),
    [
      ['lab/new', 'lab', 1],
      ['lab/old', 'lab', 0],
      ['plain', '', 1],
    ],
  )
  const answer = await fetch(`${url}/api/2.0/mlflow/runs/get?run_id=${run.id}`)
  const { info } = ((await answer.json()) as { run: { info: Record<string, string> } }).run
  assert.equal(info.experiment_id, moved.experiment.id)
  assert.equal(info.artifact_uri, `mlflow-artifacts:/${moved.experiment.id}/${run.id}/artifacts`)
  for (const experiment of [run.experimentId, moved.experiment.id]) {
    const path = `${experiment}/${run.id}/artifacts/a.txt`
    const read = await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts/${path}`)
    assert.equal(await read.text(), 'hello')
  }
  assert.equal((await caller.call(runs.count, { folder: 'lab' })).count, 1)
  const listed = await caller.call(runs.search, { folder: 'lab', fields: 'info' })
  assert.deepEqual([listed.runs[0]?.id, listed.runs[0]?.params], [run.id, {}])
  const { entries } = await caller.call(operations.audit.list, {})
  assert.deepEqual(
    entries.map(({ what }) => what),
    ['runs.moveFolder', 'runs.move'],
  )
})

test('a removed experiment is listed apart and comes back with its runs', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const { run } = await caller.call(runs.create, { experiment: 'gone' })
  await caller.call(runs.removeExperiment, { experiment: run.experimentId })
  assert.deepEqual((await caller.call(runs.experiments, {})).experiments, [])
  const hidden = await caller.call(runs.experiments, { removed: 'only' })
  assert.deepEqual(
    hidden.experiments.map(({ name }) => name),
    ['gone'],
  )
  const asked = { experiment: 'gone', removed: 'only' } as const
  assert.equal((await caller.call(runs.search, asked)).runs.length, 1)
  const back = await caller.call(runs.restoreExperiment, { experiment: run.experimentId })
  assert.equal(back.experiment.runs, 1)
})

test('the command line shows the tree, renames a folder and moves runs', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const { run } = await caller.call(runs.create, { experiment: 'a/b/one' })
  const at = (...args: readonly string[]) => tidemill(['runs', ...args, '--url', url], '/tmp')
  assert.equal((await at('rename', 'a/b', 'c')).code, 0)
  assert.equal((await at('move', run.id, '--to', 'c/two', '--create')).code, 0)
  const { stdout } = await at('ls', '--tree')
  assert.match(stdout, /c\/ +1 .*\n {2}one +0\n {2}two +1 /)
  assert.equal((await at('ls', '--folder', 'c', '--count')).stdout, '1\n')
  const missing = await at('move', run.id, '--to', 'nowhere')
  assert.equal(missing.code, 2)
  assert.match(missing.stderr, /no experiment nowhere/)
})
