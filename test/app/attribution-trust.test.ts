import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { attributeNamed } from '#app'
import { operations, type RunSource } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { project } from '../pipeline/support/project.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { actor, type Actor } from './support/actor.ts'

const { pipelines, runs, jobs } = operations

const files = {
  'dvc.yaml': `stages:
  score:
    cmd:
    - echo \${n} \${kind} \${deep}
    - echo '{"score":1}' > score.json
    params: [n, kind, deep]
    metrics:
    - score.json:
        cache: false
`,
  'params.yaml': 'n: 3\nkind: linear\ndeep: false\nlayers: [8, 4]\nseed:\n',
  '.gitignore': '.tidemill\n',
}

/** A server whose workspace is a pipeline of one commit; Eve may write runs of one experiment, and nothing else. */
async function open(t: TestContext) {
  const made = await project(t, files, { git: true })
  await made.repro()
  made.git('add', '-A')
  made.git('commit', '-qm', 'first')
  const code = made.git('rev-parse', 'HEAD').trim()
  const server = await runningServer(t, { dir: made.root, host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const ed = await actor(server, 'ed', 'editor')
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.createExperiment, { name: 'e' })
  await root.caller.call(runs.grantAccess, { experiment: 'e', user: 'eve', role: 'editor' })
  const rooms = await server.app.project('default')
  const record = async (
    by: Actor,
    params: Readonly<Record<string, string>>,
    source: RunSource = { code },
  ) => (await by.caller.call(runs.create, { experiment: 'e', source, params })).run.id
  return { made, root, ed, eve, rooms, code, record }
}

/** Both calls say no, and nothing waits to be run. */
async function refused(by: Actor, run: string, problem: RegExp): Promise<void> {
  const input = { from: 'HEAD', to: `run:${run}` }
  const { caller } = by
  for (const asked of [
    caller.call(pipelines.attributionPlan, input),
    caller.call(pipelines.attribute, input),
  ]) {
    await assert.rejects(asked, (error: Error) => {
      assert.match(error.message, problem)
      return withCode('conflict')(error)
    })
  }
  const waiting = await by.caller.call(jobs.list, {})
  assert.deepEqual(waiting.jobs, [])
}

test('an attribution runs nothing of a run that was recorded by somebody who may not run the pipeline, whoever asks', async (t) => {
  const { made, root, ed, eve, rooms, record } = await open(t)
  const touched = join(made.root, 'touched')
  const evil = await record(eve, { n: `3; touch ${touched}` })
  const plain = await record(eve, { n: '4' })
  for (const run of [evil, plain]) {
    await refused(ed, run, /may not run the pipeline.*name a commit/)
    await refused(root, run, /may not run the pipeline/)
    const sides = { from: 'HEAD', to: `run:${run}`, unmarked: true }
    await assert.rejects(attributeNamed(rooms, made.root, sides, {}), /may not run the pipeline/)
  }
  assert.equal(existsSync(touched), false)
})

test('a param that an editor recorded becomes no part of a command in an attribution: it stays a number, a boolean or a plain text', async (t) => {
  const { made, root, ed, rooms, record } = await open(t)
  const touched = join(await temporaryFolder(t), 'touched')
  const evil = `3; touch ${touched}`
  for (const params of [
    { n: evil },
    { n: '' },
    { kind: evil },
    { kind: '$(id)' },
    { kind: '../../etc' },
    { deep: evil },
    { layers: `[8, "${evil}"]` },
    { layers: evil },
    { seed: evil },
  ]) {
    await refused(ed, await record(ed, params), /cannot be a side of an attribution: its param/)
  }
  const said = { n: '5', kind: '007', deep: 'True', layers: '[8, 4]', seed: 'None' }
  const plan = await ed.caller.call(pipelines.attributionPlan, {
    from: 'HEAD',
    to: `run:${await record(ed, said)}`,
  })
  assert.deepEqual(
    plan.causes.flatMap(({ changes }) => changes).map(({ path, new: now }) => [path, now]),
    [
      ['params.yaml:deep', true],
      ['params.yaml:kind', '007'],
      ['params.yaml:n', 5],
    ],
  )
  const admins = await record(root, { n: evil })
  assert.equal(existsSync(touched), false)
  await attributeNamed(rooms, made.root, { from: 'HEAD', to: `run:${admins}` }, {})
  assert.equal(existsSync(touched), true)
})

test('what becomes of a run after an attribution of it was asked for is looked at again when it runs', async (t) => {
  const { made, ed, eve, rooms, record } = await open(t)
  const run = await record(ed, { n: '5' })
  const sides = { from: 'HEAD', to: `run:${run}` }
  assert.equal((await ed.caller.call(pipelines.attributionPlan, sides)).causes.length, 1)
  await eve.caller.call(runs.log, { run, params: { kind: 'tree' } })
  await assert.rejects(attributeNamed(rooms, made.root, sides, {}), /may not run the pipeline/)
})

test('of a run from before there were marks an admin alone asks for an attribution, and its params become no part of a command', async (t) => {
  const { made, root, ed, rooms, code } = await open(t)
  const old = async (params: Readonly<Record<string, string>>) =>
    (await rooms.tracking.create({ experiment: 'e', user: 'u', source: { code }, params })).id
  const plain = await old({ n: '5' })
  await refused(ed, plain, /recorded before the server kept.*an admin can have/)
  const sides = { from: 'HEAD', to: `run:${plain}` }
  const forged = { ...sides, unmarked: true }
  await assert.rejects(ed.caller.call(pipelines.attributionPlan, forged), /recorded before/)
  assert.equal((await root.caller.call(pipelines.attributionPlan, sides)).causes.length, 1)
  await refused(root, await old({ n: '$(id)' }), /where the commit has the number 3/)
  await attributeNamed(rooms, made.root, { ...sides, unmarked: true }, {})
})

test('the commit of an attribution is the one a run was made with: no tag, no branch and no option to Git', async (t) => {
  const { root, code, record } = await open(t)
  const { experiment } = await root.caller.call(runs.createExperiment, { name: 'm' })
  const tags = (more: Readonly<Record<string, string>>) =>
    Object.entries({ 'mlflow.source.git.commit': code, ...more }).map(([key, value]) => ({
      key,
      value,
    }))
  const logged = async (more = {}) => {
    const body = { experiment_id: experiment.id, tags: tags(more) }
    return (await root.mlflow('POST', 'runs/create', body)).body.run.info.run_id as string
  }
  await refused(root, await logged(), /does not say which commit/)
  for (const text of ['HEAD', 'main', '--output=x'])
    await refused(root, await record(root, {}, { code: text }), /is no commit/)
  const script = { 'mlflow.source.name': 'train.py', 'mlflow.source.type': 'LOCAL' }
  const plan = await root.caller.call(pipelines.attributionPlan, {
    from: 'HEAD',
    to: `run:${await logged(script)}`,
  })
  assert.equal(plan.to.commit, code)
})
