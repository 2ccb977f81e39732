import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { makeSigningKey, readSigningKey, signStatement } from '#app'
import { httpCaller, operations, type Caller } from '#contract'
import { withCode } from '../auth/support/open-test-auth.ts'
import { runningServer, temporaryFolder } from '../support/home.ts'
import { registeredModel } from '../support/registered-models.ts'
import { actor } from './support/actor.ts'

const { models } = operations

async function opened(t: TestContext) {
  const server = await runningServer(t)
  const admin = httpCaller({ url: server.url })
  const [editor, manager] = [
    await actor(server, 'editor', 'editor'),
    await actor(server, 'manager', 'manager'),
  ]
  return { server, admin, editor, manager }
}

const names = async (caller: Caller): Promise<readonly string[]> =>
  (await caller.call(models.list, {})).models.map((each) => each.name)

const conflict = withCode('conflict')

test('models and versions are described and tagged in our own words, and a description or tag is one for MLflow’s clients', async (t) => {
  const { editor, admin } = await opened(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  const { caller, mlflow } = editor
  const one = { name: 'm', version }
  await caller.call(models.describe, { name: 'm', description: 'Who comes back' })
  await caller.call(models.describeVersion, { ...one, description: 'With the new rows' })
  await caller.call(models.tag, { name: 'm', key: 'team', value: 'risk' })
  await caller.call(models.tag, { name: 'm', key: 'old', value: '' })
  await caller.call(models.tagVersion, { ...one, key: 'reviewed by', value: 'ada' })
  await caller.call(models.untag, { name: 'm', key: 'old' })
  const told = await mlflow('GET', 'registered-models/get?name=m')
  const { description, tags, latest_versions: latest } = told.body.registered_model
  assert.deepEqual([description, tags], ['Who comes back', [{ key: 'team', value: 'risk' }]])
  assert.deepEqual(
    [latest[0].description, latest[0].tags],
    ['With the new rows', [{ key: 'reviewed by', value: 'ada' }]],
  )
  await caller.call(models.untagVersion, { ...one, key: 'reviewed by' })
  assert.deepEqual((await admin.call(models.version, one)).version.tags, {})
  await assert.rejects(
    caller.call(models.tag, { name: 'none', key: 'a', value: '' }),
    withCode('not_found'),
  )
  await assert.rejects(caller.call(models.tag, { name: 'm', key: '', value: '' }))
})

test('what a removal would take along is told first, by the same refusals as the removal, and written down when it is done', async (t) => {
  const { editor, manager, admin } = await opened(t)
  await registeredModel(admin, { model: 'm' })
  const { version } = await registeredModel(admin, { model: 'm', inputs: ['a'] })
  await admin.call(models.alias, { name: 'm', alias: 'champion', version })
  const contract = { outputs: [{ name: 'label', type: 'string' as const }] }
  await admin.call(models.setConsumer, { name: 'm', consumer: 'app', contract })

  const dry = { name: 'm', dry: true }
  const refused = /The aliases champion name/
  await assert.rejects(editor.caller.call(models.removeVersion, { ...dry, version }), refused)
  await assert.rejects(editor.caller.call(models.remove, { name: 'm' }), refused)
  assert.equal(
    (await editor.mlflow('DELETE', 'registered-models/delete', { name: 'm' })).status,
    400,
  )
  assert.deepEqual(await manager.caller.call(models.removeVersion, { ...dry, version }), {
    ...{
      model: 'm',
      versions: [2],
      aliases: ['champion'],
      consumers: [],
      signatures: 0,
      dry: true,
    },
  })
  assert.deepEqual((await admin.call(models.get, { name: 'm' })).model.aliases, { champion: 2 })
  await editor.caller.call(models.removeVersion, { name: 'm', version: 1 })
  await manager.caller.call(models.removeVersion, { name: 'm', version })
  const { history, versions } = await admin.call(models.get, { name: 'm' })
  assert.deepEqual([history[0]?.why, versions], ['version 2 was removed', []])

  await registeredModel(admin, { model: 'm' })
  assert.deepEqual(await editor.caller.call(models.remove, dry), {
    ...{ model: 'm', versions: [3], aliases: [], consumers: ['app'], signatures: 0, dry: true },
  })
  assert.deepEqual(await names(admin), ['m'])
  await editor.caller.call(models.remove, { name: 'm' })
  assert.deepEqual(await names(admin), [])
  const { entries } = await admin.call(operations.audit.list, {})
  assert.deepEqual(
    entries
      .filter(({ what }) => what.startsWith('models.remove'))
      .map(({ who, what, object }) => [who, what, object])
      .toReversed(),
    [
      ['editor', 'models.removeVersion', 'm/1'],
      ['manager', 'models.removeVersion', 'm/2'],
      ['editor', 'models.remove', 'm'],
    ],
  )
})

test('an alias is taken away by who may promote, with a reason, and not where its policy or an endpoint holds it', async (t) => {
  const { editor, manager, admin } = await opened(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  for (const alias of ['champion', 'held', 'signed']) {
    await admin.call(models.alias, { name: 'm', alias, version })
  }
  await admin.call(operations.endpoints.put, { name: 'e', model: 'm', alias: 'held' })
  await admin.call(models.policy, { name: 'm', alias: 'signed', signed: true })
  const wish = { name: 'm', alias: 'champion', why: 'it harms' }
  await assert.rejects(editor.caller.call(models.unalias, wish), withCode('forbidden'))
  for (const alias of ['held', 'signed']) {
    await assert.rejects(manager.caller.call(models.unalias, { name: 'm', alias }), conflict, alias)
  }
  const { change } = await manager.caller.call(models.unalias, wish)
  assert.deepEqual(
    [change.from, change.to, change.who, change.why],
    [1, undefined, 'manager', 'it harms'],
  )
  await assert.rejects(manager.caller.call(models.unalias, wish), withCode('not_found'))
  const { entries } = await admin.call(operations.audit.list, {})
  assert.ok(
    entries.some(({ what, object }) => what === 'models.removeAlias' && object === 'm@champion'),
  )
  await assert.rejects(manager.caller.call(models.remove, { name: 'm' }), conflict)
})

test('a model keeps its signatures, gates and lineage under another name, and only who may trust keys renames a signed one', async (t) => {
  const { server, admin, manager, editor } = await opened(t)
  const { version, run } = await registeredModel(admin, { model: 'old', metrics: { f1: 0.8 } })
  await admin.call(models.requirements, {
    name: 'old',
    requirements: [{ kind: 'metric', metric: 'f1', min: 0.5 }],
  })
  await admin.call(models.gate, { name: 'old', version })
  await editor.caller.call(models.rename, { name: 'old', to: 'former' })
  await admin.call(models.rename, { name: 'former', to: 'old' })
  const home = await temporaryFolder(t)
  const { publicKey } = await makeSigningKey(home, 'release')
  await admin.call(models.trustKey, { name: 'release', publicKey })
  const { statement } = await admin.call(models.statement, { name: 'old', version })
  const secret = await readSigningKey(home, 'release')
  const envelope = signStatement(statement, secret, 'release')
  await admin.call(models.sign, { name: 'old', version, envelope })

  const wish = { name: 'old', to: 'new' }
  await assert.rejects(manager.caller.call(models.rename, wish), /signed under that name/)
  const asked = { name: 'old', new_name: 'new' }
  const refused = await manager.mlflow('POST', 'registered-models/rename', asked)
  assert.equal(refused.status, 400)
  assert.deepEqual(await names(admin), ['old'])
  await admin.call(models.rename, wish)
  await admin.call(models.rename, { name: 'new', to: 'newest' })

  const one = { name: 'newest', version }
  const { signed, signatures } = await admin.call(models.verify, one)
  assert.deepEqual(
    [signed, signatures.map(({ valid, signedAs }) => [valid, signedAs])],
    [true, [[true, 'old']]],
  )
  const now = await admin.call(models.version, one)
  assert.deepEqual([now.version.gate?.model, now.gates.length], ['newest', 1])
  await admin.call(models.policy, { name: 'newest', alias: 'champion', signed: true })
  await admin.call(models.alias, { ...one, alias: 'champion' })
  const rooms = await server.app.project('default')
  const edges = await rooms.lineage.walk({ kind: 'run', id: run }, 'down')
  assert.deepEqual(
    edges.filter(({ relation }) => relation === 'registered').map(({ to }) => to.id),
    [`newest/${version}`],
  )
  const { entries } = await admin.call(operations.audit.list, {})
  assert.ok(
    entries.some(
      ({ what, object, detail }) => `${what} ${object} ${detail}` === 'models.rename old new',
    ),
  )

  // Another model by the former name cannot pass its files off with that signature.
  const other = await registeredModel(admin, { model: 'old' })
  const stranger = { name: 'other', version: other.version }
  await admin.call(models.rename, { name: 'old', to: 'other' })
  await assert.rejects(admin.call(models.sign, { ...stranger, envelope }), /of the model old/)
})

test('a model that an endpoint serves, and one whose policy asks for persons, keep their names', async (t) => {
  const { admin } = await opened(t)
  const { version } = await registeredModel(admin, { model: 'm' })
  await registeredModel(admin, { model: 'taken' })
  const wish = { name: 'm', to: 'n' }
  await assert.rejects(
    admin.call(models.rename, { name: 'm', to: 'taken' }),
    withCode('already_exists'),
  )
  await assert.rejects(admin.call(models.rename, { name: 'm', to: 'a/b\n' }))
  await admin.call(models.policy, { name: 'm', alias: 'champion', approvals: 2 })
  await assert.rejects(admin.call(models.rename, wish), conflict)
  await admin.call(models.policy, { name: 'm', alias: 'champion' })
  await admin.call(models.alias, { name: 'm', alias: 'champion', version })
  await admin.call(operations.endpoints.put, { name: 'e', model: 'm' })
  await assert.rejects(admin.call(models.rename, wish), conflict)
  assert.deepEqual(await names(admin), ['m', 'taken'])
})
