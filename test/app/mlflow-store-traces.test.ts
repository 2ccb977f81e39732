import assert from 'node:assert/strict'
import { mkdir, symlink, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { RunningServer } from '#app'
import { copyMlflow } from '#app'
import { runningServer, temporaryFolder } from '../support/home.ts'

const trace = `tr-${'3'.repeat(32)}`
const picture = '4a1b2c3d-0000-4000-8000-000000000001'
const span = {
  ...{ trace_id: `0x${'3'.repeat(32)}`, span_id: '0x1111111111111111', name: 'look' },
  ...{ parent_span_id: null, start_time_unix_nano: 5, end_time_unix_nano: 9, events: [] },
  status: { code: 'STATUS_CODE_OK', message: '' },
  attributes: {
    'mlflow.spanInputs': `"mlflow-attachment://${picture}?content_type=image%2Fpng&trace_id=${trace}&size=5"`,
  },
}

async function write(root: string, name: string, content: string): Promise<void> {
  await mkdir(dirname(join(root, name)), { recursive: true })
  await writeFile(join(root, name), content)
}

/** What came of the picture. */
async function pictureAt({ url }: RunningServer): Promise<string> {
  const path = encodeURIComponent(`attachments/${picture}`)
  return (await fetch(`${url}/api/artifacts/${trace}/file?path=${path}`)).text()
}

test('what is attached to spans comes in from an mlruns folder; what is not there, or leads out of it, is told', async (t) => {
  const [root, here] = [join(await temporaryFolder(t), 'mlruns'), await runningServer(t)]
  await write(root, '0/meta.yaml', "experiment_id: '0'\nlifecycle_stage: active\nname: Default\n")
  const place = `0/traces/${trace}`
  const info = `trace_id: ${trace}\nrequest_time: '2025-01-01T00:00:00Z'\nstate: OK\n`
  await write(root, `${place}/trace_info.yaml`, info)
  await write(root, `${place}/artifacts/traces.json`, JSON.stringify({ spans: [span] }))
  const missing = await copyMlflow({ url: root }, here)
  assert.deepEqual(missing.problems, [
    `trace ${trace}: its attachment ${picture} could not be brought: there is no file attachments/${picture}`,
  ])
  await write(root, 'secret', 'secret')
  await mkdir(join(root, place, 'artifacts/attachments'))
  const file = join(root, place, 'artifacts/attachments', picture)
  await symlink(join(root, 'secret'), file)
  const outside = await copyMlflow({ url: root }, here)
  assert.match(outside.problems[0] ?? '', /leads out of its folder$/)
  assert.doesNotMatch(await pictureAt(here), /^secret/)
  await unlink(file)
  await writeFile(file, 'bytes')
  const report = await copyMlflow({ url: root }, here)
  assert.deepEqual([report.problems, report.files, report.bytes, report.traces], [[], 1, 5, 1])
  assert.equal(await pictureAt(here), 'bytes')
  assert.equal((await copyMlflow({ url: root }, here)).files, 0)
})

for (const [where, location, brought] of [
  ['in a folder', (root: string) => `file://${root}/kept`, true],
  ['where its server keeps them', () => 'mlflow-artifacts:/kept', true],
  ['where only a server reads them', () => 's3://bucket/kept', false],
] as const) {
  test(`what is attached to spans of a database ${where} is ${brought ? 'brought' : 'told'}`, async (t) => {
    const [root, here] = [await temporaryFolder(t), await runningServer(t)]
    const file = join(root, 'mlflow.db')
    const database = new DatabaseSync(file)
    database.exec(`
      create table experiments (experiment_id, name, lifecycle_stage);
      create table runs (run_uuid, experiment_id, start_time, lifecycle_stage);
      create table params (key, value, run_uuid);
      create table tags (key, value, run_uuid);
      create table metrics (key, value, timestamp, step, is_nan, run_uuid);
      create table latest_metrics (key, run_uuid);
      create table trace_info (request_id, experiment_id, timestamp_ms, status, execution_time_ms);
      create table trace_tags (key, value, request_id);
      create table spans (trace_id, content, start_time_unix_nano);
      insert into experiments values (0, 'Default', 'active');
      insert into trace_info values ('${trace}', 0, 1, 'OK', 1);
      insert into trace_tags values ('mlflow.artifactLocation', '${location(root)}', '${trace}')`)
    const add = database.prepare('insert into spans values (?, ?, 1)')
    add.run(trace, JSON.stringify(span))
    database.close()
    await write(root, `kept/attachments/${picture}`, 'bytes')
    if (location(root) !== `file://${root}/kept`) {
      const { problems } = await copyMlflow({ url: file }, here)
      assert.match(
        problems.join(),
        /its attachment 4a1b2c3d\S+ could not be brought: its files are at (s3|mlflow-artifacts):\S+, which cannot be read from here \(--artifacts DIR/,
      )
    }
    const report = await copyMlflow({ url: file, artifacts: root }, here)
    assert.deepEqual([report.problems.length, report.files], brought ? [0, 1] : [1, 0])
    assert.equal((await pictureAt(here)) === 'bytes', brought)
  })
}

test('a trace of MLflow 2 comes in with its spans under its own identifier after tr-, and a second time nothing does', async (t) => {
  const [root, here] = [join(await temporaryFolder(t), 'mlruns'), await runningServer(t)]
  await write(root, '0/meta.yaml', "experiment_id: '0'\nlifecycle_stage: active\nname: Default\n")
  const old = 'c'.repeat(32)
  const info = `request_id: ${old}\ntimestamp_ms: 1735689600000\nexecution_time_ms: 5\nstatus: OK\n`
  await write(root, `0/traces/${old}/trace_info.yaml`, info)
  const ids = { span_id: '0x1111111111111111', trace_id: `0x${'8'.repeat(32)}` }
  const spans = [
    {
      ...{ name: 'answer', context: ids, parent_id: null, start_time: 5, end_time: 9, events: [] },
      ...{ status_code: 'OK', status_message: '' },
      attributes: { 'mlflow.traceRequestId': JSON.stringify(old) },
    },
  ]
  await write(root, `0/traces/${old}/artifacts/traces.json`, JSON.stringify({ spans }))
  const report = await copyMlflow({ url: root }, here)
  assert.deepEqual([report.problems, report.traces, report.spans], [[], 1, 1])
  const { tracking } = await here.app.project('default')
  const { items } = await tracking.searchTraces({ experiments: ['0'] })
  assert.deepEqual(
    items.map(({ id, state, startedAt }) => [id, state, startedAt]),
    [[`tr-${old}`, 'ok', 1_735_689_600_000]],
  )
  const kept = (await tracking.spansOf([`tr-${old}`])).get(`tr-${old}`) ?? []
  assert.deepEqual(kept[0]?.attributes, [
    { key: 'mlflow.traceRequestId', value: { stringValue: `tr-${old}` } },
  ])
  assert.deepEqual((await copyMlflow({ url: root }, here)).before, 1)
})
