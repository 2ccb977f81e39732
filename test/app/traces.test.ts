import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations, TidemillError } from '#contract'
import type { Loose } from '../support/loose.ts'
import { runningServer } from '../support/home.ts'
import { runScene } from '../web/support/run-scene.ts'

test('a trace is found by words, by state, by its run and by a filter, and read as a tree of spans', async (t) => {
  const { url } = await runningServer(t)
  const { caller, run, trace: id } = await runScene(url)
  const found = async (input: object) =>
    (await caller.call(operations.traces.search, input)).traces.map((each) => each.id)
  for (const input of [
    {},
    { experiment: 'segmentation' },
    { run },
    { state: 'error' },
    { text: 'the HARDEST' },
    { text: 'at night' },
    { text: id },
    { filter: 'execution_time > 1000', order: 'execution_time desc' },
    { filter: "span.name = 'ask the model' OR name = 'other'", text: 'scenes' },
  ]) {
    assert.deepEqual(await found(input), [id], JSON.stringify(input))
  }
  for (const input of [
    { state: 'ok' },
    { text: "it's not there" },
    { text: "' OR '1' = '1" },
    { run: 'another' },
    { filter: 'execution_time > 5000' },
  ]) {
    assert.deepEqual(await found(input), [], JSON.stringify(input))
  }
  for (const besides of [{}, { state: 'error', text: 'scenes', run }]) {
    await assert.rejects(
      found({ filter: 'execution_time > soon', ...besides }),
      (error) =>
        error instanceof TidemillError &&
        error.code === 'bad_request' &&
        /at character 18:/.test(error.message),
      'the characters of the filter are counted, whatever else is asked',
    )
  }

  const { trace, spans } = await caller.call(operations.traces.get, { trace: id })
  assert.equal(trace.name, 'answer')
  assert.equal(trace.duration, 2400)
  assert.deepEqual(trace.tokens, { input: 812, output: 64, total: 876 })
  assert.equal(spans.length, 2003)
  const [root, search] = spans
  assert.deepEqual(
    { ...root },
    {
      id: '0000000000000001',
      name: 'answer',
      kind: 'CHAIN',
      start: 0,
      duration: 2400,
      state: 'ok',
    },
  )
  assert.equal(search?.parent, root?.id)
  assert.equal(search?.start, 20)

  const { span } = await caller.call(operations.traces.span, {
    trace: id,
    span: '0000000000000003',
  })
  assert.equal(span.state, 'error')
  assert.deepEqual(span.tokens, { input: 812, output: 64, total: 876 })
  assert.deepEqual(span.attributes, { temperature: 0.2 })
  assert.deepEqual(span.events, [
    {
      name: 'exception',
      at: 2200,
      attributes: {
        'exception.type': 'TimeoutError',
        'exception.message': 'the model did not answer',
      },
    },
  ])
})

test('what a person says of a trace is read by MLflow’s clients as theirs, and can be taken back', async (t) => {
  const { url } = await runningServer(t)
  const { caller, trace } = await runScene(url)
  const { assessment } = await caller.call(operations.traces.assess, {
    trace,
    name: 'correct',
    value: false,
    rationale: 'It was at dusk.',
    span: '0000000000000003',
  })
  const wire = (await (
    await fetch(`${url}/api/3.0/mlflow/traces/${trace}/assessments/${assessment.id}`)
  ).json()) as Loose
  assert.equal(wire.assessment.assessment_name, 'correct')
  assert.deepEqual(wire.assessment.feedback, { value: false })
  assert.deepEqual(wire.assessment.source, { source_type: 'HUMAN', source_id: 'local' })
  assert.equal(wire.assessment.span_id, '0000000000000003')
  await caller.call(operations.traces.assess, {
    trace,
    name: 'expected',
    kind: 'expectation',
    value: 'Those at dusk.',
  })
  const said = async () =>
    (await caller.call(operations.traces.get, { trace })).trace.assessments.map(
      ({ name, kind, value, rationale, by, byKind }) => [name, kind, value, rationale, by, byKind],
    )
  assert.deepEqual(await said(), [
    ['correct', 'feedback', 'false', 'It was at dusk.', 'local', 'human'],
    ['expected', 'expectation', 'Those at dusk.', undefined, 'local', 'human'],
  ])
  await caller.call(operations.traces.unassess, { trace, assessment: assessment.id })
  assert.equal((await said()).length, 1)
})

test('a trace whose client left its spans as a file is the same tree', async (t) => {
  const { url } = await runningServer(t)
  const { caller, run } = await runScene(url)
  const { run: found } = await caller.call(operations.runs.get, { run })
  const id = 'tr-00000000000000000000000000000001'
  const info = {
    trace_id: id,
    trace_location: { mlflow_experiment: { experiment_id: found.experimentId } },
    request_time: '2026-01-31T12:00:00Z',
    state: 'OK',
  }
  await fetch(`${url}/api/3.0/mlflow/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ trace: { trace_info: info } }),
  })
  const start = 1_769_860_800_000_000_000n
  const base64 = (hex: string): string => Buffer.from(hex, 'hex').toString('base64')
  const spans = [
    {
      span_id: base64('00000000000000aa'),
      parent_span_id: null,
      name: 'outer',
      start_time_unix_nano: String(start),
      end_time_unix_nano: String(start + 5_000_000n),
      status: { code: 'STATUS_CODE_OK' },
      attributes: { 'mlflow.spanInputs': '{"q": 1}', 'mlflow.spanType': '"CHAIN"' },
    },
    {
      span_id: base64('00000000000000bb'),
      parent_span_id: base64('00000000000000aa'),
      name: 'inner',
      start_time_unix_nano: String(start + 1_500_000n),
      end_time_unix_nano: String(start + 2_000_000n),
      status: { code: 'STATUS_CODE_ERROR', message: 'no' },
      attributes: {},
    },
  ]
  const place = `${url}/api/2.0/mlflow-artifacts/artifacts/${found.experimentId}/traces/${id}/artifacts/traces.json`
  await fetch(place, { method: 'PUT', body: JSON.stringify({ spans }) })
  const got = await caller.call(operations.traces.get, { trace: id })
  assert.deepEqual(got.spans, [
    { id: '00000000000000aa', name: 'outer', kind: 'CHAIN', start: 0, duration: 5, state: 'ok' },
    {
      id: '00000000000000bb',
      parent: '00000000000000aa',
      name: 'inner',
      start: 1.5,
      duration: 0.5,
      state: 'error',
      message: 'no',
    },
  ])
  assert.equal(got.trace.duration, 5)
  const { span } = await caller.call(operations.traces.span, {
    trace: id,
    span: '00000000000000aa',
  })
  assert.deepEqual(span.inputs, { q: 1 })
})

test('spans in a file are those of MLflow 2’s clients, too, to the microsecond, and a file that is none says why', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const id = 'tr-00000000000000000000000000000002'
  const info = {
    ...{ trace_id: id, request_time: '2026-01-31T12:00:00Z', state: 'OK' },
    trace_location: { mlflow_experiment: { experiment_id: '0' } },
  }
  await fetch(`${url}/api/3.0/mlflow/traces`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ trace: { trace_info: info } }),
  })
  const place = `${url}/api/2.0/mlflow-artifacts/artifacts/0/traces/${id}/artifacts/traces.json`
  const span = (own: string, parent: string | null, name: string, status: string): string =>
    `{"name": "${name}", "context": {"span_id": "${own}", "trace_id": "0x${'0'.repeat(31)}2"},
      "parent_id": ${JSON.stringify(parent)}, "start_time": 1769860800000000999,
      "end_time": 1769860800000001000, "status_code": "${status}", "status_message": "no",
      "attributes": {"mlflow.spanInputs": "{\\"q\\": 1}"},
      "events": [{"name": "said", "timestamp": 1769860800000001000, "attributes": {}}]}`
  const spans = [
    span('0x00000000000000aa', null, 'outer', 'OK'),
    span('0x00000000000000bb', '0x00000000000000aa', 'inner', 'ERROR'),
  ]
  await fetch(place, { method: 'PUT', body: `{"spans": [${spans.join()}]}` })
  const got = await caller.call(operations.traces.get, { trace: id })
  assert.equal(got.problem, undefined)
  assert.deepEqual(
    got.spans.map((each) => [each.id, each.parent, each.name, each.duration, each.state]),
    [
      ['00000000000000aa', undefined, 'outer', 0, 'ok'],
      ['00000000000000bb', '00000000000000aa', 'inner', 0, 'error'],
    ],
  )
  const inner = await caller.call(operations.traces.span, { trace: id, span: '00000000000000bb' })
  assert.deepEqual([inner.span.inputs, inner.span.message], [{ q: 1 }, 'no'])
  assert.deepEqual(inner.span.events, [{ name: 'said', at: 0, attributes: {} }])

  await fetch(place, { method: 'PUT', body: '{"spans": [' })
  const broken = await caller.call(operations.traces.get, { trace: id })
  assert.deepEqual(broken.spans, [])
  assert.match(broken.problem ?? '', /traces\.json, which cannot be read: .*Write it again/)
})

test('what stands around a run is told: data sets, models, versions, files, the runs above and below', async (t) => {
  const { url } = await runningServer(t)
  const { caller, run, child, model } = await runScene(url)
  const about = await caller.call(operations.runs.about, { run })
  assert.deepEqual(
    about.datasets.map(({ name, digest, context }) => [name, digest, context]),
    [['scenes', 'a1b2c3d4', 'training']],
  )
  assert.deepEqual(
    about.made.map(({ id, name, status, params }) => [id, name, status, params]),
    [[model, 'unet', 'ready', { depth: '4' }]],
  )
  assert.deepEqual(
    about.children.map((each) => each.id),
    [child],
  )
  assert.equal((await caller.call(operations.runs.about, { run: child })).parent?.id, run)
  assert.deepEqual(about.versions, [])

  const { version } = await caller.call(operations.loggedModels.register, { model, name: 'cutter' })
  assert.equal(version.uri, `models:/${model}`)
  const { versions } = await caller.call(operations.loggedModels.get, { model })
  assert.deepEqual(versions, [{ model: 'cutter', version: 1, aliases: [] }])
  const after = await caller.call(operations.runs.about, { run })
  assert.deepEqual(after.versions, [{ model: 'cutter', version: 1, aliases: [] }])

  const { models } = await caller.call(operations.loggedModels.search, {
    filter: 'metrics.iou > 0.8',
  })
  assert.deepEqual(
    models.map((each) => each.id),
    [model],
  )
  await caller.call(operations.runs.untag, { run, key: 'team' })
  assert.equal((await caller.call(operations.runs.get, { run })).run.tags.team, undefined)
  const light = await caller.call(operations.runs.get, { run, files: false })
  assert.deepEqual(light.artifacts, [])
})

test('prompts are told apart from models, with their texts, variables and aliases', async (t) => {
  const { url } = await runningServer(t)
  const { caller } = await runScene(url)
  const { prompts } = await caller.call(operations.prompts.list, {})
  assert.deepEqual(
    prompts.map(({ name, latest, aliases }) => [name, latest, aliases]),
    [['greeting', 2, { production: 1 }]],
  )
  assert.deepEqual((await caller.call(operations.models.list, {})).models, [])
  const { versions } = await caller.call(operations.prompts.get, { name: 'greeting' })
  assert.deepEqual(
    versions.map(({ version, variables, message, aliases }) => [
      version,
      variables,
      message,
      aliases,
    ]),
    [
      [2, ['name', 'place'], 'warmer', []],
      [1, ['name'], 'first', ['production']],
    ],
  )
})

test('a prompt is written in our own words as MLflow’s clients write one, and a model of its name is left alone', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  const { write, get } = operations.prompts
  await caller.call(write, { name: 'guide', text: 'Greet {{name}}.' })
  const { version } = await caller.call(write, {
    ...{ name: 'guide', text: 'Greet {{name}} in {{place}}.', message: 'says where' },
  })
  assert.deepEqual(
    [version.version, version.kind, version.variables, version.message],
    [2, 'text', ['name', 'place'], 'says where'],
  )
  assert.equal((await caller.call(get, { name: 'guide' })).versions.length, 2)
  assert.deepEqual((await caller.call(operations.models.list, {})).models, [])
  await fetch(`${url}/api/2.0/mlflow/registered-models/create`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ name: 'cells' }),
  })
  await assert.rejects(caller.call(write, { name: 'cells', text: 'x' }), /cells exists already/)
  await assert.rejects(caller.call(write, { name: 'a/b', text: 'x' }), /name/)
})

test('the search of the interface finds runs by name and by identifier, and prompts', async (t) => {
  const { url } = await runningServer(t)
  const { caller, run } = await runScene(url)
  const found = async (text: string) =>
    (await caller.call(operations.find.all, { text })).found.map((each) => [each.kind, each.href])
  assert.deepEqual(await found('HERON'), [['run', `/runs/${run}`]])
  assert.deepEqual(await found(run), [['run', `/runs/${run}`]])
  assert.deepEqual(await found('greet'), [['prompt', '/prompts/greeting']])
  assert.deepEqual(await found("o'"), [])
})
