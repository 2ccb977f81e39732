import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { Client } from 'pg'
import { copyMlflow, exportProject, importProject, openApp, runDemo } from '#app'
import { httpCaller, operations } from '#contract'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { mlflowPeer } from '../support/mlflow-peer.ts'
import { runPeer, skipWithoutPeer } from '../support/peer-python.ts'
import { postgresUrl, skipPostgres } from '../support/postgres.ts'

interface Traced {
  /** Sizes and digests. */
  readonly attached: Readonly<Record<string, readonly [number, string]>>
}

/** The traces that MLflow's own client finds, with their spans, what is attached to these and what was said. */
async function tracesOf(uri: string): Promise<readonly Traced[]> {
  const said = await runPeer('mlflow', [resolve('test/peers/mlflow_traces.py'), uri])
  const found = JSON.parse(said.trim().split('\n').at(-1) ?? '') as readonly Traced[]
  assert.equal(found.length, 2)
  return found
}

/** How many files MLflow's own client read of those that spans name. */
function attachedOf(traces: readonly Traced[]): number {
  return traces.reduce((all, { attached }) => all + Object.keys(attached).length, 0)
}

interface Models {
  readonly models: readonly unknown[]
  /** Which of them each run read and made. */
  readonly runs: readonly unknown[]
  readonly ids: readonly string[]
  readonly places: readonly string[]
}

/** What MLflow's own client says of logged models. */
async function modelsOf(uri: string): Promise<Models> {
  const said = await runPeer('mlflow', [resolve('test/peers/mlflow_models.py'), uri])
  const found = JSON.parse(said.trim().split('\n').at(-1) ?? '') as Models
  assert.equal(found.models.length, 3)
  return found
}

/** Every point that MLflow's own client finds of logged models. */
async function pointsOf(uri: string): Promise<readonly unknown[]> {
  const said = await runPeer('mlflow', [resolve('test/peers/mlflow_models.py'), uri, '--points'])
  return JSON.parse(said.trim().split('\n').at(-1) ?? '') as readonly unknown[]
}

test(
  'what a real MLflow server has comes in, and goes out to a real one again',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const [from, back] = await Promise.all([
      mlflowPeer(t, `${folder}/from`),
      mlflowPeer(t, `${folder}/back`),
    ])
    await runPeer('mlflow', ['test/peers/mlflow_fill.py', from.url])
    const here = await runningServer(t)
    const came = await copyMlflow(from, here)
    assert.deepEqual(came.problems, [])
    assert.deepEqual([came.runs, came.points, came.loggedModels, came.versions], [4, 35, 3, 1])
    assert.deepEqual([came.traces, came.spans, came.assessments], [2, 3, 3])
    const traces = await tracesOf(from.url)
    assert.equal(attachedOf(traces), 2)
    assert.deepEqual(await tracesOf(here.url), traces)
    const models = await modelsOf(from.url)
    assert.deepEqual(await modelsOf(here.url), models)
    const went = await copyMlflow(here, back)
    assert.deepEqual(went.problems, [])
    assert.deepEqual(
      [went.runs, went.points, went.files, went.loggedModels, went.versions],
      [came.runs, came.points, came.files, came.loggedModels, came.versions],
    )
    // There runs have identifiers of the server's own.
    const withoutRun = (found: unknown): unknown =>
      JSON.parse(
        JSON.stringify(found, (key, value: unknown) =>
          key === 'mlflow.sourceRun' ? undefined : value,
        ),
      )
    assert.deepEqual(withoutRun(await tracesOf(back.url)), withoutRun(traces))
    const { models: shown, runs } = await modelsOf(back.url)
    assert.deepEqual([shown, runs], [models.models, models.runs])
    const points = await pointsOf(from.url)
    assert.equal(points.length, 6)
    assert.deepEqual(await pointsOf(back.url), points)
    const again = await copyMlflow(here, back)
    assert.deepEqual([again.problems, again.runs, again.files, again.versions], [[], 0, 0, 0])
    assert.deepEqual((await modelsOf(back.url)).models, models.models)
    const said = await runPeer('mlflow', ['test/peers/mlflow_fill.py', back.url, '--check'])
    assert.match(said, /predicts \[1\.0, 2\.0\]/)
  },
)

/** A trace as MLflow 2's clients make one: the server names it, and they put the spans into a file. */
async function startOldTrace(url: string): Promise<string> {
  const send = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/2.0/${path}`, {
      ...{ method, headers },
      body: JSON.stringify(body),
    })
    const text = await answer.text()
    assert.equal(answer.status, 200, text)
    return text
  }
  const begun = { experiment_id: '0', timestamp_ms: 1735689600000 }
  const made = JSON.parse(await send('POST', 'mlflow/traces', begun)) as {
    readonly trace_info: { readonly request_id: string }
  }
  const id = made.trace_info.request_id
  await send('PATCH', `mlflow/traces/${id}`, { timestamp_ms: 1735689600005, status: 'OK' })
  const context = { span_id: '0x00000000000000aa', trace_id: `0x${'8'.repeat(32)}` }
  const span = {
    ...{ name: 'old answer', context, parent_id: null, start_time: 5, end_time: 9, events: [] },
    ...{ status_code: 'OK', status_message: '' },
    attributes: { 'mlflow.traceRequestId': JSON.stringify(id) },
  }
  const place = `mlflow-artifacts/artifacts/0/traces/${id}/artifacts/traces.json`
  await send('PUT', place, { spans: [span] })
  return id
}

test(
  'spans that a real MLflow server has in a file of a client come in, and a trace without its own is told each time',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const from = await mlflowPeer(t, await temporaryFolder(t))
    const here = await runningServer(t)
    const ids = ['tr-0123456789abcdef0123456789abcdef', 'tr-fedcba9876543210fedcba9876543210']
    for (const id of ids) {
      const made = await fetch(`${from.url}/api/3.0/mlflow/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          trace: {
            trace_info: {
              trace_id: id,
              trace_location: {
                type: 'MLFLOW_EXPERIMENT',
                mlflow_experiment: { experiment_id: '0' },
              },
              request_time: '2025-01-01T00:00:00Z',
              state: 'OK',
              tags: { team: 'red' },
            },
          },
        }),
      })
      assert.equal(made.status, 200, await made.clone().text())
    }
    // As clients from before MLflow 3.4 wrote it, its times as numbers.
    const span = {
      ...{ trace_id: 'ASNFZ4mrze8BI0VniavN7w==', span_id: 'ASNFZ4mrze8=', name: 'answer' },
      ...{ parent_span_id: '', start_time_unix_nano: '1735689600000000001' },
      ...{ end_time_unix_nano: '1735689600000000009', events: [] },
      status: { code: 'STATUS_CODE_OK', message: '' },
      attributes: { 'mlflow.traceRequestId': JSON.stringify(ids[0]), ratio: '0.25' },
    }
    const place = `0/traces/${ids[0]}/artifacts/traces.json`
    const put = await fetch(`${from.url}/api/2.0/mlflow-artifacts/artifacts/${place}`, {
      method: 'PUT',
      body: JSON.stringify({ spans: [span] }).replaceAll(/"(\d{19})"/g, '$1'),
    })
    assert.equal(put.status, 200)
    const old = await startOldTrace(from.url)
    const report = await copyMlflow(from, here)
    assert.deepEqual([report.traces, report.spans], [2, 2])
    assert.equal(report.problems.length, 1)
    assert.match(report.problems[0] ?? '', /fedcba9876543210: it came without its spans: .* 404/)
    const { tracking } = await here.app.project('default')
    const [own] = (await tracking.spansOf(ids)).get(ids[0] ?? '') ?? []
    assert.equal(own?.name, 'answer')
    assert.equal((await tracking.trace(ids[1] ?? '')).tags.team, 'red')
    const [second] = (await tracking.spansOf([`tr-${old}`])).get(`tr-${old}`) ?? []
    assert.equal(second?.name, 'old answer')
    const again = await copyMlflow(from, here)
    assert.deepEqual([again.traces, again.spans, again.problems.length], [0, 0, 1])
  },
)

test(
  'a project’s folder reads back into a real MLflow server, which loads its model and answers as the endpoint does',
  { skip: skipWithoutPeer('mlflow') },
  async (t) => {
    const folder = await temporaryFolder(t)
    const demo = await runDemo({ template: 'diabetes', dir: `${folder}/demo`, port: 0 })
    t.after(() => demo.stop())
    const app = await openApp({ home: `${folder}/demo/.tidemill` })
    t.after(() => app.close())
    await exportProject(await app.project('default'), `${folder}/out`)
    const [here, real] = await Promise.all([runningServer(t), mlflowPeer(t, `${folder}/real`)])
    await importProject(await here.app.project('default'), `${folder}/out`)
    const { problems, versions } = await copyMlflow(here, real)
    assert.deepEqual([problems, versions], [[], 2])
    const rows = [
      { Glucose: 190, BMI: 40, Age: 60 },
      { Glucose: 80, BMI: 20, Age: 25 },
    ]
    const names = await runPeer('mlflow', [
      'test/peers/mlflow_champion.py',
      real.url,
      'KNNforDiabetes',
      JSON.stringify(rows),
    ])
    const { answers } = await httpCaller({ url: demo.url }).call(operations.endpoints.predict, {
      name: 'diabetes',
      rows,
    })
    assert.deepEqual(
      (JSON.parse(names.trim().split('\n').at(-1) ?? '') as number[]).map(String),
      answers.map((answer) => answer.prediction),
    )
  },
)

interface Written {
  readonly id: string
  readonly experiment: string
  readonly name: string
  readonly status: string
  readonly start: number
  readonly end: number
  readonly params: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Steps, times and values as Python writes them. */
  readonly history: Readonly<Record<string, readonly (readonly [number, number, string])[]>>
  readonly datasets: readonly string[]
}

/** A database of its own on the tests' PostgreSQL. */
async function freshDatabase(): Promise<string> {
  const url = new URL(await postgresUrl())
  const name = `mlflow_${randomBytes(6).toString('hex')}`
  const client = new Client({ connectionString: url.href })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  url.pathname = `/${name}`
  return url.href.replace(/^postgres:/, 'postgresql+psycopg2:')
}

for (const [kind, uriOf, missing] of [
  ['an mlruns folder', (folder: string) => `file://${folder}/mlruns`, false],
  ['an SQLite file', (folder: string) => `sqlite:///${folder}/mlflow.db`, false],
  ['a PostgreSQL database', freshDatabase, skipPostgres],
] as const) {
  test(
    `all that MLflow wrote into ${kind} comes in without its server, and a second time nothing does`,
    { skip: skipWithoutPeer('mlflow') || missing },
    async (t) => {
      const folder = await temporaryFolder(t)
      const uri = await uriOf(folder)
      const script = resolve('test/peers/mlflow_write.py')
      const written = JSON.parse(
        (await runPeer('mlflow', [script, uri], { cwd: folder })).trim().split('\n').at(-1) ?? '',
      ) as readonly Written[]
      const from = uri.replace(/^(?:file:\/\/|sqlite:\/\/\/)/, '')
      const here = await runningServer(t)
      const report = await copyMlflow({ url: from }, here)
      assert.deepEqual(report.problems, [])
      assert.deepEqual([report.runs, report.points, report.versions], [4, 36, 1])
      assert.deepEqual([report.traces, report.spans, report.assessments], [2, 3, 3])
      const { tracking, registry } = await here.app.project('default')
      const traces = await tracesOf(uri)
      assert.equal(attachedOf(traces), 2)
      assert.deepEqual(await tracesOf(here.url), traces)
      assert.deepEqual(await modelsOf(here.url), await modelsOf(uri))
      for (const run of written) {
        const came = await tracking.run(run.id)
        assert.deepEqual(
          [came.experiment, came.name, came.status, came.startedAt, came.endedAt],
          [run.experiment, run.name, run.status, run.start, run.end],
        )
        assert.deepEqual(came.params, run.params)
        for (const [key, value] of Object.entries(run.tags))
          assert.equal(came.tags[key], value, key)
        for (const [key, points] of Object.entries(run.history)) {
          const { points: own } = await tracking.history(run.id, key)
          const shown = own.map(({ step, time, value }) => [step, time, value])
          const expected = points.map(([step, time, value]) => [
            step,
            time,
            { nan: NaN, inf: Infinity, '-inf': -Infinity }[value] ?? Number(value),
          ])
          assert.deepEqual(shown, expected, key)
        }
        const inputs = (await tracking.inputsOf([run.id])).get(run.id)
        const datasets = (inputs?.datasets ?? []).map(({ name, digest }) => `${name}@${digest}`)
        // MLflow keeps no order of what a run read.
        assert.deepEqual(datasets.toSorted(), run.datasets.toSorted())
      }
      assert.deepEqual((await tracking.findExperiment('team/lines'))?.tags.owner, 'ada')
      const version = await registry.version('line', 1)
      assert.deepEqual([version.aliases, version.tags.checked], [['live'], 'yes'])
      const check = [resolve('test/peers/mlflow_fill.py'), here.url, '--check']
      assert.match(await runPeer('mlflow', check), /predicts \[1\.0, 2\.0\]/)
      const again = await copyMlflow({ url: from }, here)
      const came = [again.runs, again.points, again.files, again.versions, again.traces]
      assert.deepEqual(came, [0, 0, 0, 0, 0])
    },
  )
}
