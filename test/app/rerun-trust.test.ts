import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { operations, uncommittedPath, type RunSource } from '#contract'
import { serveScript } from '#app'
import { planRerun } from '../../src/app/steps/plan-rerun.ts'
import { setParams } from '../../src/app/steps/rerun-params.ts'
import { rerun } from '../../src/app/steps/rerun.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { gitIn } from '../support/git.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { actor, type Actor } from './support/actor.ts'

const { runs } = operations

/** A server whose workspace is a repository of one commit, with a link in it that leads out. */
async function open(t: TestContext) {
  const dir = await temporaryFolder(t)
  const git = gitIn(dir)
  await mkdir(join(dir, 'code'))
  await writeFile(join(dir, 'code/train.py'), '')
  await writeFile(join(dir, '.gitignore'), '.tidemill\n')
  await symlink('/tmp', join(dir, 'out'))
  git('init', '--quiet')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  const server = await runningServer(t, { dir, host: '0.0.0.0' })
  const root = await actor(server, 'root', 'admin')
  const ed = await actor(server, 'ed', 'editor')
  const code = git('rev-parse', 'HEAD').trim()
  const rooms = await server.app.project('default')
  const touched = join(await temporaryFolder(t), 'touched')
  const place = await temporaryFolder(t)
  await writeFile(
    join(place, 'params.yaml'),
    'train:\n  rate: 0.1\n  deep: false\n  kind: linear\n',
  )
  const touch: RunSource = { code, command: ['touch', touched] }
  const wasTouched = () =>
    stat(touched).then(
      () => true,
      () => false,
    )
  return { server, root, ed, code, rooms, touch, wasTouched, place, git }
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
    assert.deepEqual(run.source, { ...source, rerun: 'none' })
    await assert.rejects(root.caller.call(runs.rerun, { run: run.id }), /may not run the pipeline/)
  }
})

test('a script of MLflow’s client is run again only for a run that was logged by somebody who may run the pipeline', async (t) => {
  const { server, root, ed, code } = await open(t)
  await root.caller.call(runs.createExperiment, { name: 'sandbox' })
  const [experiment] = (await root.caller.call(runs.experiments, {})).experiments
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.grantAccess, { experiment: 'sandbox', user: 'eve', role: 'editor' })
  const logged = (who: typeof ed, commit: string) =>
    logScript(who, { experiment: experiment?.id ?? '', commit })
  const run = await logged(eve, code)
  await assert.rejects(root.caller.call(runs.rerun, { run }), /may not run the pipeline/)
  const option = await logged(ed, '--help')
  await assert.rejects(root.caller.call(runs.rerun, { run: option }), /is no commit/)
  assert.equal(
    (await root.caller.call(runs.rerun, { run: await logged(ed, code) })).job.kind,
    'rerun',
  )
})

test('an editor gives a script, and records for it, options, numbers and plain texts alone; an admin whatever there is', async (t) => {
  const { root, ed, code } = await open(t)
  const { experiment } = await root.caller.call(runs.createExperiment, { name: 'e' })
  const logged = (who: Actor, words: readonly string[]) =>
    logScript(who, {
      ...{ experiment: experiment.id, commit: code },
      more: { 'tidemill.arguments': JSON.stringify(words) },
    })
  const plain = ['--alpha=0.5', '-n', '-1e-3', 'data/train.csv', '--kind', 'linear']
  const run = await logged(ed, plain)
  await ed.caller.call(runs.rerun, { run })
  await ed.caller.call(runs.rerun, { run, arguments: ['--alpha', '7'] })
  for (const word of ['/etc/passwd', '--out=../x', 'http://u', '$(id)', 'a b', '--x=-c', '']) {
    const given = ed.caller.call(runs.rerun, { run, arguments: ['--alpha', word] })
    await assert.rejects(given, /is neither an option, a number nor a plain text.*only an admin/)
    const recorded = await logged(ed, [word])
    await assert.rejects(root.caller.call(runs.rerun, { run: recorded }), /only an admin/)
    await root.caller.call(runs.rerun, { run, arguments: [word] })
    await ed.caller.call(runs.rerun, { run: await logged(root, [word]) })
  }
})

test('that a run is made again from another is said by the server alone', async (t) => {
  const { root, ed, code } = await open(t)
  const { experiment } = await root.caller.call(runs.createExperiment, { name: 'e' })
  const again = await logScript(ed, { experiment: experiment.id, commit: code })
  const script = { name: 'code/train.py', type: 'LOCAL', commit: code, arguments: ['/etc/passwd'] }
  const forged: RunSource = { again, script }
  const { run } = await ed.caller.call(runs.create, { experiment: 'e', source: forged })
  assert.deepEqual(run.source, { rerun: 'stages' })
})

async function logScript(
  who: Actor,
  {
    experiment,
    commit,
    more = {},
  }: { experiment: string; commit: string; more?: Readonly<Record<string, string>> },
): Promise<string> {
  const tags = Object.entries({
    'mlflow.source.name': 'code/train.py',
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.git.commit': commit,
    ...more,
  }).map(([key, value]) => ({ key, value }))
  const { body } = await who.mlflow('POST', 'runs/create', { experiment_id: experiment, tags })
  return body.run.info.run_id as string
}

test('the script and the commit of a run are those it was made with, whoever changes its tags; a copy of another server’s run is not run', async (t) => {
  const { root, ed, code, rooms } = await open(t)
  const { experiment } = await root.caller.call(runs.createExperiment, { name: 'e' })
  const logged = (more = {}) => logScript(root, { experiment: experiment.id, commit: code, more })
  const run = await logged()
  for (const [key, value] of [
    ['mlflow.source.name', 'code/other.py'],
    ['mlflow.source.git.commit', '0'.repeat(40)],
  ]) {
    const { status } = await ed.mlflow('POST', 'runs/set-tag', { run_id: run, key, value })
    assert.equal(status, 200)
  }
  const { command, commit } = await planRerun(rooms, run)
  assert.deepEqual([command, commit], [['python3', 'code/train.py'], code])
  const copy = await logged({ 'tidemill.copied_from': 'f'.repeat(32) })
  await assert.rejects(root.caller.call(runs.rerun, { run: copy }), /kept as information only/)
})

test('a param that an editor recorded never becomes a part of a command: it stays a number, a boolean or a plain text', async (t) => {
  const { root, ed, code, rooms, place } = await open(t)
  const record = async (by: Actor, params: Readonly<Record<string, string>>) => {
    const source = { code, pipelineStage: 'train' }
    const { run } = await by.caller.call(runs.create, { experiment: 'e', source, params })
    return planRerun(rooms, run.id)
  }
  const committed = await readFile(join(place, 'params.yaml'), 'utf8')
  const evil = '0.1; touch /tmp/pwned'
  for (const params of [
    { 'train.rate': evil },
    { 'train.rate': '' },
    { 'train.rate': '.inf' },
    { 'train.deep': evil },
    { 'train.deep': '1' },
    { 'train.kind': evil },
    { 'train.kind': '$(id)' },
    { 'train.kind': '--help' },
    { 'train.kind': '/etc/passwd' },
    { 'train.kind': 'a/../../b' },
    { 'train.kind': 'a\nb' },
    { 'train.kind': '' },
  ]) {
    const set = setParams(place, await record(ed, params))
    await assert.rejects(set, /cannot be made again: its param train\./, JSON.stringify(params))
    assert.equal(await readFile(join(place, 'params.yaml'), 'utf8'), committed)
  }
  const plain = { 'train.rate': '-2.5e-3', 'train.deep': 'True', 'train.kind': 'v1/big_tree+x,y' }
  await setParams(place, await record(ed, plain))
  assert.equal(
    await readFile(join(place, 'params.yaml'), 'utf8'),
    'train:\n  rate: -2.5e-3\n  deep: true\n  kind: v1/big_tree+x,y\n',
  )
  await setParams(place, await record(root, { 'train.kind': evil }))
  assert.match(await readFile(join(place, 'params.yaml'), 'utf8'), /kind: 0\.1; touch/)
})

test('a param that is written into a run later counts as said by whoever is trusted least', async (t) => {
  const { server, root, ed, code, touch } = await open(t)
  const eve = await actor(server, 'eve')
  await root.caller.call(runs.createExperiment, { name: 'e' })
  await root.caller.call(runs.grantAccess, { experiment: 'e', user: 'eve', role: 'editor' })
  const create = async (by: Actor, source: RunSource) =>
    (await by.caller.call(runs.create, { experiment: 'e', source })).run
  const mark = async (run: string) => (await root.caller.call(runs.get, { run })).run.source.rerun
  const admins = (await create(root, touch)).id
  await ed.caller.call(runs.log, { run: admins, metrics: [{ key: 'm', value: 1, step: 0 }] })
  assert.equal(await mark(admins), 'commands')
  await root.caller.call(runs.log, { run: admins, params: { own: 1 } })
  assert.equal(await mark(admins), 'commands')
  await ed.mlflow('POST', 'runs/log-batch', {
    run_id: admins,
    params: [{ key: 'rate', value: '1' }],
  })
  assert.equal(await mark(admins), 'stages')
  await assert.rejects(root.caller.call(runs.rerun, { run: admins }), /by an admin alone/)
  const editors = (await create(ed, { code, pipelineStage: 'train' })).id
  await ed.caller.call(runs.log, { run: editors, params: { own: 1 } })
  assert.equal(await mark(editors), 'stages')
  await eve.caller.call(runs.log, { run: editors, params: { rate: 2 } })
  await root.caller.call(runs.log, { run: editors, params: { more: 2 } })
  assert.equal(await mark(editors), 'none')
  await assert.rejects(ed.caller.call(runs.rerun, { run: editors }), /may not run the pipeline/)
})

test('of a run from before such marks an admin makes the stage again, and nobody anything else', async (t) => {
  const { root, ed, code, rooms, touch } = await open(t)
  const old = async (source: RunSource) =>
    (await rooms.tracking.create({ experiment: 'e', user: 'u', source })).id
  const stage = await old({ code, pipelineStage: 'train' })
  const refused = ed.caller.call(runs.rerun, { run: stage })
  await assert.rejects(refused, /recorded before the server kept.*an admin can have its stage/)
  assert.equal((await root.caller.call(runs.rerun, { run: stage })).job.kind, 'rerun')
  const command = root.caller.call(runs.rerun, { run: await old(touch) })
  await assert.rejects(command, /is no stage of the pipeline and no training/)
})

test('a script that is run again reaches the runs of its project and nothing else, and nobody without its token anything', async (t) => {
  const { server, rooms } = await open(t)
  const other = await server.app.project('other', { make: true })
  const { home, workspace } = server.app
  const alone = await serveScript({ home, workspace, who: 'ed', project: 'other' })
  t.after(() => alone.stop())
  const { id } = await other.tracking.create({ experiment: 'e', user: 'u' })
  const get = async (path: string, headers: Readonly<Record<string, string>>) =>
    (await fetch(`${alone.url}${path}`, { headers })).status
  const own = { authorization: `Bearer ${alone.token}` }
  const run = `/api/2.0/mlflow/runs/get?run_id=${id}`
  assert.equal(await get(run, own), 200, 'its project is the one of who names none')
  assert.equal(await get(run, {}), 401)
  assert.equal(await get('/api/experiments', {}), 401)
  assert.equal(await get('/api/endpoints', own), 403)
  assert.equal(await get(run, { ...own, 'x-tidemill-project': rooms.project }), 403)
  const outside = await fetch(`${server.url}${run}`, { headers: own })
  assert.equal(outside.status, 401, 'the token is good there alone')
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

test('a patch runs only when an admin alone recorded it, as it was recorded, and never leaves the work tree', async (t) => {
  const { root, ed, rooms, touch, wasTouched, git } = await open(t)
  const patchTo = (path: string) =>
    `diff --git a/${path} b/${path}\nnew file mode 100644\n--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+touch "$1"\n`
  const patched = { ...touch, command: ['sh', 'evil.sh', touch.command?.[1] ?? ''] }
  const record = async (by: Actor, text: string, more: RunSource = patched) => {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`
    const code = `${touch.code ?? ''}+dirty`
    const source = { ...more, code, uncommitted: { digest, whole: true, left: [] } }
    const { run } = await by.caller.call(runs.create, { experiment: 'e', source })
    await keep(by, run.id, text)
    return run.id
  }
  const keep = (by: Actor, run: string, text: string) =>
    by.caller.call(runs.putArtifact, { run, path: uncommittedPath }, Buffer.from(text))
  const objects = () => git('count-objects', '-v')
  const good = patchTo('evil.sh')

  const stage = await record(ed, good, { pipelineStage: 'train' })
  for (const who of [ed, root]) {
    const asked = who.caller.call(runs.rerun, { run: stage })
    await assert.rejects(asked, /patch is code like any other.*not recorded by an admin alone/)
  }
  const asCommitted = await planRerun(rooms, stage, { ignoreUncommitted: true })
  assert.equal(asCommitted.patch, undefined)

  const swapped = await record(root, patchTo('nothing.sh'))
  await keep(ed, swapped, good)
  await assert.rejects(rerun(rooms, swapped), /is not the patch that it was recorded with/)

  const raced = await record(root, patchTo('nothing.sh'))
  const { tracking } = rooms
  const racing = {
    ...tracking,
    findArtifact: async (...of: Parameters<typeof tracking.findArtifact>) => {
      const found = await tracking.findArtifact(...of)
      await keep(ed, raced, good)
      return found
    },
  }
  const inRace = planRerun({ ...rooms, tracking: racing }, raced)
  await assert.rejects(inRace, /is not the patch that it was recorded with/)

  const joined = await record(root, good)
  await ed.caller.call(runs.log, { run: joined, params: { rate: 1 } })
  await assert.rejects(rerun(rooms, joined), /not recorded by an admin alone/)

  for (const path of ['../evil.sh', '.git/hooks/evil.sh', 'out/evil.sh']) {
    await assert.rejects(rerun(rooms, await record(root, patchTo(path))), /patch does not fit/)
  }
  assert.equal(await wasTouched(), false)

  const own = await record(root, good)
  const before = objects()
  const why = await ed.caller.call(runs.why, {
    run: await record(ed, patchTo('other.sh')),
    other: own,
  })
  assert.deepEqual(
    why.code.files.map(({ path, from }) => [from, path]),
    [['other.sh', 'evil.sh']],
  )
  assert.equal(objects(), before, 'nothing of it came into the repository')

  await assert.rejects(rerun(rooms, own), /recorded no run/)
  assert.equal(await wasTouched(), true)
})

test('the name of a stage is never read as an option', async (t) => {
  const { ed, code, rooms } = await open(t)
  const source = { code, pipelineStage: '--help' }
  const { run } = await ed.caller.call(runs.create, { experiment: 'e', source })
  await assert.rejects(rerun(rooms, run.id), /ended with [^0]/)
})
