import assert from 'node:assert/strict'
import { test } from 'node:test'
import { announcing } from '../../src/app/steps/webhook-events.ts'
import { withCode } from '../auth/support/open-test-auth.ts'
import { openedRegistry } from './support/opened-registry.ts'

const by = { by: 'ada', why: 'because' }
const remover = { who: 'ada', mayPromote: true }

test('an alias that is set again to what it names keeps the way back', async (t) => {
  const { registry, add } = await openedRegistry(t)
  const [first, second] = [await add('m'), await add('m')]
  await registry.setAlias('m', 'champion', first, by)
  await registry.setAlias('m', 'champion', second, by)
  const again = await registry.setAlias('m', 'champion', second, { ...by, why: 'a retry' })
  assert.equal(again.moved, false)
  assert.deepEqual(
    (await registry.history('m')).map(({ from, to, why }) => [from, to, why]),
    [
      [first, second, 'because'],
      [undefined, first, 'because'],
    ],
  )
  assert.equal((await registry.rollback('m', 'champion', by)).model.aliases.champion, first)
})

test('a move of an alias is announced when it is made, and neither when it is asked for nor when nothing moved', async (t) => {
  const { registry, add } = await openedRegistry(t)
  const heard: unknown[] = []
  const told = announcing(registry, ({ event, data }) => {
    if (event === 'model_version_alias.created') heard.push(data.version)
    return Promise.resolve()
  })
  const version = await add('m')
  await registry.setPolicy('m', 'champion', { approvals: 2 })
  const first = await told.setAlias('m', 'champion', version, { ...by, isPerson: true })
  assert.equal(first.change, undefined)
  assert.deepEqual(heard, [])
  await told.setAlias('m', 'champion', version, { by: 'bob', why: 'too', isPerson: true })
  assert.deepEqual(heard, [String(version)])
  await told.setAlias('m', 'champion', version, { by: 'bob', why: 'too', isPerson: true })
  assert.deepEqual(heard, [String(version)])
})

test('an alias whose policy asks for persons or signatures is neither taken away nor lost with its version', async (t) => {
  const { registry, add } = await openedRegistry(t)
  for (const [alias, policy] of [
    ['champion', { approvals: 2 }],
    ['signed', { signed: true }],
  ] as const) {
    const version = await add('m')
    await registry.setAlias('m', alias, version, by)
    await registry.setPolicy('m', alias, policy)
    await assert.rejects(registry.removeAlias('m', alias, by), withCode('conflict'))
    await assert.rejects(registry.removeVersion('m', version, remover), withCode('conflict'))
    assert.equal((await registry.aliased('m', alias))?.version, version)
    await registry.setPolicy('m', alias, {})
    await registry.removeAlias('m', alias, by)
    await assert.rejects(registry.removeAlias('m', alias, by), withCode('not_found'))
  }
})

test('a version that an alias names is removed only by somebody who may move the alias', async (t) => {
  const { registry, add } = await openedRegistry(t)
  const version = await add('m')
  await registry.setAlias('m', 'champion', version, by)
  const editor = { who: 'ed', mayPromote: false }
  await assert.rejects(registry.removeVersion('m', version, editor), withCode('conflict'))
  await registry.removeVersion('m', version, remover)
  const [last] = await registry.history('m')
  assert.deepEqual([last?.from, last?.to, last?.who], [version, undefined, 'ada'])
  await registry.removeVersion('m', await add('m'), editor)
})

test('a stage that clients load by is not given where aliases are guarded', async (t) => {
  const { registry, add } = await openedRegistry(t)
  const version = await add('m')
  await registry.setPolicy('m', 'champion', { approvals: 1 })
  for (const stage of ['Production', 'Staging']) {
    await assert.rejects(registry.setStage('m', version, stage, true), withCode('conflict'))
  }
  assert.equal((await registry.setStage('m', version, 'Archived', false)).stage, 'Archived')
  await registry.setPolicy('m', 'champion', {})
  await registry.setConsumer({
    ...{ model: 'm', name: 'app', alias: 'champion', declaredBy: 'ada', fromFile: false },
    contract: { outputs: [] },
  })
  await assert.rejects(registry.setStage('m', version, 'Production', true), withCode('conflict'))
})

test('of versions that take a stage at the same time, one has it', async (t) => {
  const { registry, add } = await openedRegistry(t)
  const all = [await add('m'), await add('m'), await add('m')]
  await Promise.all(all.map((version) => registry.setStage('m', version, 'Production', true)))
  const stages = (await registry.versions('m')).map(({ stage }) => stage).toSorted()
  assert.deepEqual(stages, ['Archived', 'Archived', 'Production'])
})
