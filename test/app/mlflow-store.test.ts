import assert from 'node:assert/strict'
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { copyMlflow } from '#app'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'

const run = '2127b04f2cd040f8b802659e94f4e26f'

/** What MLflow 3.17.2 writes for one run in an mlruns folder. */
async function mlruns(t: TestContext): Promise<string> {
  const root = join(await temporaryFolder(t), 'moved', 'mlruns')
  const files: Readonly<Record<string, string>> = {
    '0/meta.yaml':
      "artifact_location: file:///gone/0\nexperiment_id: '0'\nlifecycle_stage: active\nname: Default\n",
    '7/meta.yaml':
      "creation_time: 2\nexperiment_id: '7'\nlifecycle_stage: active\nname: team/lines\n",
    '7/tags/owner': 'ada',
    [`7/${run}/meta.yaml`]: `artifact_uri: file:///gone/7/${run}/artifacts\nend_time: 1795786053226\nexperiment_id: '7'\nlifecycle_stage: active\nrun_id: ${run}\nrun_name: outer\nstart_time: 1795786053163\nstatus: 3\nuser_id: root\n`,
    [`7/${run}/params/lr`]: '0.1',
    [`7/${run}/tags/mlflow.runName`]: 'outer',
    [`7/${run}/metrics/train/loss`]:
      '1795786053189 1.0 0\n1795786053190 nan 1\n1795786053191 -inf 2\n',
    [`7/${run}/artifacts/deep/a.txt`]: 'hello',
    [`7/${run}/inputs/i1/meta.yaml`]:
      'source_id: d1\nsource_type: DATASET\ndestination_type: RUN\ntags:\n  mlflow.data.context: training\n',
    '7/datasets/d1/meta.yaml': "digest: 10bad635\nname: np\nsource: '{}'\nsource_type: code\n",
    [`7/${'f'.repeat(32)}/meta.yaml`]: `experiment_id: '7'\nlifecycle_stage: deleted\nrun_id: ${'f'.repeat(32)}\nstart_time: 1\nstatus: 3\n`,
    'models/line/meta.yaml': 'name: line\ndescription: null\n',
    'models/line/version-2/meta.yaml': `current_stage: Staging\nname: line\nrun_id: ${run}\nsource: file:///gone/7/${run}/artifacts/deep\nversion: 2\n`,
    'models/line/version-2/tags/x': 'y',
    'models/line/aliases/live': '2',
  }
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return root
}

test('an mlruns folder comes in wherever it lies now, hidden runs left out, and a second time nothing comes', async (t) => {
  const [root, here] = [await mlruns(t), await runningServer(t)]
  const report = await copyMlflow({ url: root }, here)
  assert.deepEqual(report.problems, [])
  assert.deepEqual([report.runs, report.points, report.files, report.versions], [1, 3, 1, 1])
  const { tracking, registry } = await here.app.project('default')
  const came = await tracking.run(run)
  assert.deepEqual(
    [came.experiment, came.name, came.status, came.startedAt, came.endedAt, came.params, came.user],
    ['team/lines', 'outer', 'finished', 1795786053163, 1795786053226, { lr: '0.1' }, 'root'],
  )
  const { points } = await tracking.history(run, 'train/loss')
  assert.deepEqual(
    points.map(({ value }) => value),
    [1, NaN, -Infinity],
  )
  assert.equal((await tracking.inputsOf([run])).get(run)?.datasets[0]?.digest, '10bad635')
  const version = await registry.version('line', 2)
  assert.deepEqual(
    [version.uri, version.stage, version.aliases],
    [`runs:/${run}/deep`, 'Staging', ['live']],
  )
  const again = await copyMlflow({ url: root }, here)
  assert.deepEqual([again.runs, again.files, again.before], [0, 0, 2])
})

test('a link out of a run’s files is told and not followed', async (t) => {
  const [root, here] = [await mlruns(t), await runningServer(t)]
  await symlink('/etc', join(root, `7/${run}/artifacts/deep/out`))
  const report = await copyMlflow({ url: root }, here)
  assert.deepEqual([report.files, report.problems], [1, []])
})

test('what is none of MLflow’s is said to be none: a folder, a file, a database, nothing', async (t) => {
  const [folder, here] = [await temporaryFolder(t), await runningServer(t)]
  await assert.rejects(copyMlflow({ url: folder }, here), withCode('bad_request'))
  await assert.rejects(copyMlflow({ url: join(folder, 'none') }, here), withCode('not_found'))
  const file = join(folder, 'x.db')
  await writeFile(file, 'no database at all')
  await assert.rejects(copyMlflow({ url: file }, here), withCode('bad_request'))
  new DatabaseSync(join(folder, 'other.db')).close()
  const other = `sqlite:///${join(folder, 'other.db')}`
  await assert.rejects(copyMlflow({ url: other }, here), withCode('bad_request'))
  const nowhere = 'postgresql+psycopg2://u:secret@127.0.0.1:1/db'
  await assert.rejects(copyMlflow({ url: nowhere }, here), (error: Error) => {
    assert.doesNotMatch(error.message, /secret/)
    return withCode('unavailable')(error)
  })
})

/** What an MLflow of version 1 keeps: no data sets, logged models, traces or aliases. */
async function oldDatabase(t: TestContext, params = 'key, value, run_uuid'): Promise<string> {
  const file = join(await temporaryFolder(t), 'mlflow.db')
  const database = new DatabaseSync(file)
  database.exec(`
    create table experiments (experiment_id, name, lifecycle_stage);
    create table runs (run_uuid, name, experiment_id, user_id, status, start_time, end_time, lifecycle_stage, artifact_uri);
    create table params (${params});
    create table tags (key, value, run_uuid);
    create table metrics (key, value, timestamp, step, is_nan, run_uuid);
    create table latest_metrics (key, run_uuid);
    insert into experiments values (7, 'lines', 'active');
    insert into runs values ('${run}', 'outer', 7, 'ada', 'FINISHED', 1, 2, 'active', 'gone');
    insert into tags values ('team', 'red', '${run}');
    insert into metrics values ('loss', 0.5, 1, 0, 0, '${run}');
    insert into latest_metrics values ('loss', '${run}')`)
  database.close()
  return file
}

test('a database from before there were data sets, logged models and traces comes in as far as it goes', async (t) => {
  const [file, here] = [await oldDatabase(t), await runningServer(t)]
  const report = await copyMlflow({ url: file }, here)
  assert.deepEqual([report.problems, report.runs, report.points], [[], 1, 1])
  const rooms = await here.app.project('default')
  assert.equal((await rooms.tracking.run(run)).tags.team, 'red')
})

test('a statement that a database refuses ends the copy, and passes for nothing that is not there', async (t) => {
  const [file, here] = [await oldDatabase(t, 'name, value, run_uuid'), await runningServer(t)]
  await assert.rejects(copyMlflow({ url: file }, here), (error: Error) => {
    assert.match(error.message, /mlflow\.db could not be read: no such column: key/)
    return withCode('unavailable')(error)
  })
  const { tracking } = await here.app.project('default')
  await assert.rejects(tracking.run(run), withCode('not_found'))
})

test('a database that its server has locked for a commit is waited for', async (t) => {
  const [file, here] = [await oldDatabase(t), await runningServer(t)]
  const locking = new Worker(
    `const { DatabaseSync } = require('node:sqlite')
    const { parentPort, workerData } = require('node:worker_threads')
    const database = new DatabaseSync(workerData)
    database.exec('begin exclusive')
    parentPort.postMessage('locked')
    setTimeout(() => database.exec('commit'), 500)`,
    { eval: true, workerData: file },
  )
  t.after(() => locking.terminate())
  await new Promise((resolve) => locking.once('message', resolve))
  const report = await copyMlflow({ url: file }, here)
  assert.deepEqual([report.problems, report.runs], [[], 1])
})

test('a part of an mlruns folder that cannot be read ends the copy as well', async (t) => {
  const [root, here] = [await mlruns(t), await runningServer(t)]
  await rename(join(root, '7', run, 'params'), join(root, 'elsewhere'))
  await symlink('params', join(root, '7', run, 'params'))
  await assert.rejects(copyMlflow({ url: root }, here), /ELOOP/)
})
