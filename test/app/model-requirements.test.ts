import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { operations, type Caller, type Requirement } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { actor } from './support/actor.ts'

const { loop, models } = operations

const f1 = (min: number): Requirement => ({ kind: 'metric', metric: 'f1', min })
const schema: Requirement = { kind: 'schema' }
const row: Requirement = { kind: 'mean_row' }

async function open(t: TestContext) {
  const dir = await temporaryFolder(t)
  await writeFile(join(dir, 'd.csv'), 'a,b\n1,2\n')
  const server = await runningServer(t, { dir })
  return { server, root: await actor(server, 'root', 'admin') }
}

async function apply(caller: Caller, requirements: readonly Requirement[]): Promise<void> {
  const select = { metric: 'f1', goal: 'max' }
  const datasets = { d: { source: 'd.csv' } }
  const m = { dataset: 'd', experiment: 'm', select, requirements }
  await caller.call(loop.apply, { text: JSON.stringify({ datasets, models: { m } }) })
}

async function asked(caller: Caller) {
  const { model, fromFile } = await caller.call(models.get, { name: 'm' })
  return { all: model.requirements, fromFile }
}

test('tidemill.yaml decides on the requirements it declares, and keeps those that people ask besides', async (t) => {
  const { caller } = (await open(t)).root
  await apply(caller, [f1(0.6), schema])
  assert.deepEqual(await asked(caller), { all: [f1(0.6), schema], fromFile: [f1(0.6), schema] })

  const put = async (requirements: Requirement[]) =>
    caller.call(models.requirements, { name: 'm', requirements })
  await assert.rejects(put([f1(0.6), row]), (error: Error) => {
    assert.match(error.message, /tidemill\.yaml declares the requirement \{"kind":"schema"\} of m/)
    return withCode('conflict')(error)
  })
  const done = await put([row, schema, f1(0.6), row])
  assert.deepEqual(done.model.requirements, [f1(0.6), schema, row])
  assert.deepEqual(done.fromFile, [f1(0.6), schema])

  // Nothing of the file has changed, so that applying it again does nothing at all.
  await apply(caller, [f1(0.6), schema])
  assert.deepEqual((await asked(caller)).all, [f1(0.6), schema, row])
  await apply(caller, [f1(0.5)])
  assert.deepEqual(await asked(caller), { all: [f1(0.5), row], fromFile: [f1(0.5)] })
  // What the file comes to declare is the file's, and goes with it.
  await apply(caller, [f1(0.5), row])
  await apply(caller, [])
  assert.deepEqual(await asked(caller), { all: [], fromFile: [] })
})

test('a file that asks less than it did is applied by those alone who say what an alias asks; what people ask besides is not weakened by it', async (t) => {
  const { server, root } = await open(t)
  const ada = await actor(server, 'ada', 'manager')
  await apply(root.caller, [f1(0.6)])
  await assert.rejects(apply(ada.caller, []), withCode('forbidden'))
  await ada.caller.call(models.requirements, { name: 'm', requirements: [f1(0.6), schema] })
  await apply(ada.caller, [f1(0.7)])
  assert.deepEqual((await asked(ada.caller)).all, [f1(0.7), schema])
})

test('who may not ask less does not by saying what somebody else asks in that moment', async (t) => {
  const { server, root } = await open(t)
  await registeredModel(root.caller, { model: 'm' })
  const ada = await actor(server, 'ada', 'manager')
  await root.caller.call(models.requirements, { name: 'm', requirements: [f1(0.6)] })
  const { registry } = await server.app.project('default')
  const read = registry.model
  // As it was a moment before.
  const looked = t.mock.method(registry, 'model', async (name: string) => ({
    ...(await read(name)),
    requirements: [],
  }))
  const less = { name: 'm', requirements: [], before: [f1(0.6)] }
  await assert.rejects(ada.caller.call(models.requirements, less), withCode('forbidden'))
  assert.equal(looked.mock.callCount(), 1)
  looked.mock.restore()
  assert.deepEqual((await asked(root.caller)).all, [f1(0.6)])
})

test('requirements that somebody has changed meanwhile are not written over', async (t) => {
  const { caller } = (await open(t)).root
  await registeredModel(caller, { model: 'm' })
  const put = async (requirements: Requirement[], before: Requirement[]) =>
    caller.call(models.requirements, { name: 'm', requirements, before })
  await put([f1(0.6)], [])
  await assert.rejects(put([schema], []), withCode('conflict'))
  await put([f1(0.6), schema], [f1(0.6)])
  assert.deepEqual((await asked(caller)).all, [f1(0.6), schema])
  const { entries } = await caller.call(operations.audit.list, {})
  const said = entries.filter(({ what }) => what === 'models.requirements')
  assert.deepEqual(
    said.map(({ object, detail }) => [object, detail]),
    [
      ['m', JSON.stringify([f1(0.6), schema])],
      ['m', JSON.stringify([f1(0.6)])],
    ],
  )
})
