import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { promisify } from 'node:util'
import { operations, type RunSource } from '#contract'
import { rerun } from '../../src/app/steps/rerun.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { actor } from './support/actor.ts'

const { runs } = operations

/** A server whose workspace is a repository of one commit, with a link in it that leads out. */
async function open(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = async (...args: readonly string[]) => {
    const own = ['-C', dir, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args]
    return (await promisify(execFile)('git', own)).stdout.trim()
  }
  await mkdir(join(dir, 'code'))
  await writeFile(join(dir, 'code/train.py'), '')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n')
  await symlink('/tmp', join(dir, 'out'))
  await git('init', '--quiet')
  await git('add', '.')
  await git('commit', '--quiet', '-m', 'first')
  const server = await runningServer(t, { dir, host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const ed = await actor(server, 'ed', 'editor')
  const code = await git('rev-parse', 'HEAD')
  const rooms = await server.app.project('default')
  const touched = join(await temporaryFolder(t), 'touched')
  const touch: RunSource = { code, command: ['touch', touched] }
  const wasTouched = () =>
    stat(touched).then(
      () => true,
      () => false,
    )
  return { server, root, ed, code, rooms, touch, wasTouched }
}

test('a command that an editor wrote into a run is kept as information and run for nobody', async (t) => {
  const { root, ed, rooms, touch, wasTouched } = await open(t)
  const forged = { ...touch, rerun: 'commands' as const }
  const { run } = await ed.caller.call(runs.create, { experiment: 'e', source: forged })
  assert.deepEqual(run.source, { ...touch, rerun: 'stages' })
  for (const who of [ed, root]) {
    const asked = who.caller.call(runs.rerun, { run: run.id })
    await assert.rejects(asked, (error: Error) => {
      assert.match(error.message, /no stage of the pipeline.*not recorded by an admin/)
      return withCode('conflict')(error)
    })
  }
  assert.equal(await wasTouched(), false)
  const { run: own } = await root.caller.call(runs.create, { experiment: 'e', source: touch })
  await assert.rejects(rerun(rooms, own.id), /recorded no run/)
  assert.equal(await wasTouched(), true)
})

test('of a run that somebody recorded who may not run the pipeline, nothing is run again', async (t) => {
  const { server, root, touch } = await open(t)
  await root.caller.call(runs.createExperiment, { name: 'sandbox' })
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.grantAccess, { experiment: 'sandbox', user: 'eve', role: 'editor' })
  for (const source of [touch, { ...touch, pipelineStage: 'train' }]) {
    const { run } = await eve.caller.call(runs.create, { experiment: 'sandbox', source })
    assert.deepEqual(run.source, source)
    await assert.rejects(root.caller.call(runs.rerun, { run: run.id }), /may not run the pipeline/)
  }
})

test('a script of MLflow’s client is run again only for a run that was logged by somebody who may run the pipeline', async (t) => {
  const { server, root, ed, code } = await open(t)
  await root.caller.call(runs.createExperiment, { name: 'sandbox' })
  const [experiment] = (await root.caller.call(runs.experiments, {})).experiments
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.grantAccess, { experiment: 'sandbox', user: 'eve', role: 'editor' })
  const logged = async (who: typeof ed, commit: string) => {
    const tags = Object.entries({
      'mlflow.source.name': 'code/train.py',
      'mlflow.source.type': 'LOCAL',
      'mlflow.source.git.commit': commit,
    }).map(([key, value]) => ({ key, value }))
    const { body } = await who.mlflow('POST', 'runs/create', {
      experiment_id: experiment?.id,
      tags,
    })
    return body.run.info.run_id as string
  }
  const run = await logged(eve, code)
  await assert.rejects(root.caller.call(runs.rerun, { run }), /may not run the pipeline/)
  const option = await logged(ed, '--help')
  await assert.rejects(root.caller.call(runs.rerun, { run: option }), /is no commit/)
  assert.equal(
    (await root.caller.call(runs.rerun, { run: await logged(ed, code) })).job.kind,
    'rerun',
  )
})

test('a stage, a folder or a commit that leads out of the repository is refused, whoever recorded it', async (t) => {
  const { root, ed, code, rooms, touch } = await open(t)
  const create = async (by: typeof ed, source: RunSource) =>
    (await by.caller.call(runs.create, { experiment: 'e', source })).run.id
  for (const pipelineStage of ['../../dvc.yaml:x', '/tmp/dvc.yaml:x']) {
    const run = await create(ed, { code, pipelineStage })
    await assert.rejects(ed.caller.call(runs.rerun, { run }), /no stage of the pipeline/)
  }
  const train = ['tidemill', 'train', 'd', '--project=other']
  const elsewhere = await create(ed, { code, command: train })
  await assert.rejects(ed.caller.call(runs.rerun, { run: elsewhere }), /no training/)
  const above = await create(root, { ...touch, folder: '../..' })
  await assert.rejects(root.caller.call(runs.rerun, { run: above }), /not in the repository/)
  const option = await create(root, { ...touch, code: '--batch' })
  await assert.rejects(root.caller.call(runs.rerun, { run: option }), /is no commit/)
  const linked = await create(root, { ...touch, folder: 'out' })
  await assert.rejects(rerun(rooms, linked), /leads out of its repository/)
})

test('the name of a stage is never read as an option', async (t) => {
  const { ed, code, rooms } = await open(t)
  const source = { code, pipelineStage: '--help' }
  const { run } = await ed.caller.call(runs.create, { experiment: 'e', source })
  await assert.rejects(rerun(rooms, run.id), /ended with [^0]/)
})
