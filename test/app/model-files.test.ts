import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { operations } from '#contract'
import { registerSource } from '../../src/app/steps/register-source.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { openedProject } from '../support/home.ts'

async function stored(
  t: Parameters<typeof openedProject>[0],
  files: Readonly<Record<string, string>>,
) {
  const { app, caller } = await openedProject(t)
  const rooms = await app.project('default')
  const { id } = await rooms.tracking.create({ experiment: 'e', user: 'u' })
  for (const [path, content] of Object.entries(files)) {
    await rooms.tracking.putArtifact(id, path, Readable.from([Buffer.from(content)]))
  }
  await rooms.registry.declare('m')
  return { rooms, caller, run: id }
}

test('what is written beside a model must have the shape of a signature, or no version is made', async (t) => {
  const bad = ['', '{', 'null', '{}', '{"signature":{}}', '{"signature":{"inputs":[{"name":"a"}]}}']
  for (const content of bad) {
    const files = { 'model/model.onnx': 'x', 'model/signature.json': content }
    const { caller, run, rooms } = await stored(t, files)
    const asked = caller.call(operations.models.register, { name: 'm', run })
    await assert.rejects(asked, withCode('model_invalid'), content)
    assert.deepEqual(await rooms.registry.versions('m'), [])
  }
})

test('a file that says it describes a model and is of any size is not read', async (t) => {
  const { rooms, run } = await stored(t, { 'model/MLmodel': 'x'.repeat((4 << 20) + 1) })
  const request = { model: 'm', by: 'u', tags: {}, uri: `runs:/${run}/model` }
  await assert.rejects(registerSource(rooms, request), withCode('model_invalid'))
})
