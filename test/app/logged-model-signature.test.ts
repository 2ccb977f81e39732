import assert from 'node:assert/strict'
import { test } from 'node:test'
import { httpCaller, operations } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer } from '../support/home.ts'
import { inputExample, loggedModel, mlmodelWithExample } from '../support/logged-model.ts'

const { loggedModels, models } = operations

test('a logged model tells its signature and its input example; a version of it has both, the example by its first row', async (t) => {
  const server = await runningServer(t)
  const caller = httpCaller(server)
  const files = { MLmodel: mlmodelWithExample, 'input_example.json': JSON.stringify(inputExample) }
  const model = await loggedModel(server, files)
  const signature = {
    inputs: [
      { name: 'glucose', type: 'number', optional: false },
      { name: 'ward', type: 'string', optional: true },
    ],
    outputs: [{ name: 'risk', type: 'integer' }],
    params: [{ name: 'threshold', type: 'number', default: 0.7 }],
  }
  assert.deepEqual(await caller.call(loggedModels.signature, { model }), {
    ...{ signature, inputExample, exampleFile: 'input_example.json' },
  })
  await caller.call(loggedModels.register, { model, name: 'risk' })
  const { version } = await caller.call(models.version, { name: 'risk', version: 1 })
  assert.deepEqual(version.signature, signature)
  assert.deepEqual(version.inputExample, { glucose: 140.5, ward: 'north' })
})

test('an example that is large or no JSON is named by its file; a model without an MLmodel says nothing, and one that is not there is not found', async (t) => {
  const server = await runningServer(t)
  const caller = httpCaller(server)
  const large = JSON.stringify({ text: 'x'.repeat(300_000) })
  for (const example of ['{"a": NaN}', large]) {
    const name = example === large ? 'large' : 'odd'
    const MLmodel = mlmodelWithExample.replace('input_example.json', `${name}.json`)
    const model = await loggedModel(server, { MLmodel, [`${name}.json`]: example })
    const said = await caller.call(loggedModels.signature, { model })
    assert.deepEqual(
      { exampleFile: said.exampleFile, inputExample: said.inputExample },
      { exampleFile: `${name}.json`, inputExample: undefined },
    )
    assert.equal(said.signature?.inputs.length, 2)
  }
  const bare = await loggedModel(server, { 'model.pkl': 'bytes' })
  assert.deepEqual(await caller.call(loggedModels.signature, { model: bare }), {})
  await assert.rejects(caller.call(loggedModels.signature, { model: 'm-0' }), withCode('not_found'))
})
