import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { httpCaller, operations, type Caller } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runWithTwoModels } from '../support/two-models.ts'
import { mlflowServer } from './support/mlflow-server.ts'

const { models, runs } = operations

async function opened(t: TestContext) {
  const server = await mlflowServer(t)
  const caller = httpCaller({ url: server.url })
  return { ...server, caller }
}

async function runWith(caller: Caller, files: Readonly<Record<string, string>>): Promise<string> {
  const { run } = await caller.call(runs.create, { experiment: 'e' })
  for (const [path, text] of Object.entries(files)) {
    await caller.call(runs.putArtifact, { run: run.id, path }, Buffer.from(text))
  }
  return run.id
}

const sklearn = [
  'flavors:',
  '  python_function:',
  '    loader_module: mlflow.sklearn',
  '    model_path: model.pkl',
  '  sklearn:',
  '    pickled_model: model.pkl',
  'signature:',
  `  inputs: '[{"name": "age", "type": "double"}]'`,
  '',
].join('\n')

test('MLflow’s clients are sent to the folder that a version was registered from, whichever it is', async (t) => {
  const { ask, caller, url } = await opened(t)
  const run = await runWithTwoModels(caller)
  const path = 'better/model.onnx'
  const { version } = await caller.call(models.register, { name: 'm', run, path })
  const source = `runs:/${run}/better`
  assert.equal(version.uri, source)
  const asked = 'name=m&version=1'
  const got = await ask('GET', `model-versions/get?${asked}`)
  assert.equal(got.body.model_version.source, source)
  const told = await ask('GET', `model-versions/get-download-uri?${asked}`)
  assert.equal(told.body.artifact_uri, source)
  const filter = encodeURIComponent(`source_path = '${source}'`)
  const found = await ask('GET', `model-versions/search?filter=${filter}`)
  assert.equal(found.body.model_versions.length, 1)
  const file = await fetch(`${url}/model-versions/get-artifact?${asked}&path=model.onnx`)
  const own = await fetch(`${url}/get-artifact?run_id=${run}&path=${path}`)
  assert.equal(file.status, 200)
  assert.deepEqual(await file.bytes(), await own.bytes())
  await ask('POST', 'registered-models/create', { name: 'copy' })
  const copied = await ask('POST', 'model-versions/create', { name: 'copy', source: 'models:/m/1' })
  assert.equal(copied.body.model_version.source, source)
  assert.equal(
    (await caller.call(models.version, { name: 'copy', version: 1 })).version.digest,
    version.digest,
  )
})

test('a file that is not what the MLmodel beside it loads is no version, and where such an MLmodel comes later nothing is handed out', async (t) => {
  const { ask, caller, url } = await opened(t)
  const run = await runWithTwoModels(caller)
  const net = await (await fetch(`${url}/get-artifact?run_id=${run}&path=model/model.onnx`)).bytes()
  const put = (path: string, bytes: Uint8Array): Promise<unknown> =>
    caller.call(runs.putArtifact, { run, path }, bytes)
  const register = (path: string) => caller.call(models.register, { name: 'm', run, path })
  const source = (version: number) =>
    ask('GET', `model-versions/get-download-uri?name=m&version=${version}`)

  await put('better/other.onnx', net)
  await put('sk/MLmodel', Buffer.from(sklearn))
  await put('sk/model.onnx', net)
  for (const [path, instead] of [
    ['better/other.onnx', 'Register better/model.onnx'],
    ['sk/model.onnx', 'Register sk/MLmodel'],
  ] as const) {
    await assert.rejects(register(path), (error: Error) => {
      assert.ok(withCode('model_invalid')(error))
      assert.match(error.message, new RegExp(instead))
      return true
    })
  }
  await ask('POST', 'registered-models/create', { name: 'sk' })
  await ask('POST', 'model-versions/create', { name: 'sk', source: `runs:/${run}/sk` })
  const { version: pickled } = await caller.call(models.version, { name: 'sk', version: 1 })
  assert.equal(pickled.format, 'mlflow', 'what MLflow loads of it is no ONNX')

  for (const [path, folder] of [
    ['plain/net.onnx', 'plain/'],
    ['net.onnx', ''],
  ] as const) {
    await put(path, net)
    const { version } = await register(path)
    assert.equal((await source(version.version)).status, 200)
    await put(`${folder}notes.txt`, Buffer.from('nothing to load'))
    assert.equal((await source(version.version)).status, 200)
    await put(`${folder}MLmodel`, Buffer.from(sklearn))
    const refused = await source(version.version)
    assert.notEqual(refused.status, 200)
    assert.match(refused.body.message, /MLmodel is added/)
  }
})

test('a folder with an MLmodel among a run’s files is registered by its path, once, whatever made it', async (t) => {
  const { caller } = await opened(t)
  const files = { 'forest/MLmodel': sklearn, 'forest/model.pkl': 'bytes', 'notes.txt': 'x' }
  const run = await runWith(caller, files)
  const { models: offered } = await caller.call(runs.about, { run })
  assert.deepEqual(offered, ['forest/MLmodel'])
  const first = await caller.call(models.register, { name: 'm', run, path: 'forest' })
  const { version } = first
  assert.deepEqual(
    [version.format, version.uri, version.run, first.unchanged],
    ['mlflow', `runs:/${run}/forest`, run, false],
  )
  assert.deepEqual(
    version.signature.inputs.map(({ name, type }) => [name, type]),
    [['age', 'number']],
  )
  const again = await caller.call(models.register, { name: 'm', run, path: 'forest/MLmodel' })
  assert.deepEqual([again.version.version, again.unchanged], [1, true])

  const missing = caller.call(models.register, { name: 'm', run })
  await assert.rejects(missing, /model\/model\.onnx of run .*, whose models are forest\/MLmodel/)
  const usual = await runWith(caller, { 'model/MLmodel': sklearn, 'model/model.pkl': 'other' })
  const done = await caller.call(models.register, { name: 'm', run: usual })
  assert.equal(done.version.uri, `runs:/${usual}/model`)
})

test('an MLmodel that loads an ONNX file stands for it, with what training wrote beside it', async (t) => {
  const { caller } = await opened(t)
  const run = await runWithTwoModels(caller)
  assert.deepEqual((await caller.call(runs.about, { run })).models.toSorted(), [
    'better/MLmodel',
    'model/MLmodel',
  ])
  const { version } = await caller.call(models.register, { name: 'm', run, path: 'better/MLmodel' })
  assert.deepEqual(
    [version.format, version.signature.classes, version.signature.inputs[0]?.max],
    ['onnx', ['0', '1'], 19],
  )
  const path = 'better/model.onnx'
  assert.ok((await caller.call(models.register, { name: 'm', run, path })).unchanged)
})

test('a folder whose name MLflow’s clients would read as another is not registered', async (t) => {
  const { caller } = await opened(t)
  const run = await runWith(caller, { 'net#2/MLmodel': sklearn, 'net/MLmodel': sklearn })
  const asked = caller.call(models.register, { name: 'm', run, path: 'net#2' })
  await assert.rejects(asked, withCode('model_invalid'))
})
