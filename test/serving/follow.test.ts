import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openTestServing, testModel } from './support/open-test-serving.ts'

test('what one server does to an endpoint the others follow: another model, and its end', async (t) => {
  const { serving, name, another } = await openTestServing(t)
  name(testModel(1))
  await serving.put('e', 'm', 'champion')
  const other = await another()
  await other.refresh()
  assert.equal((await other.endpoint('e')).model, 'm')
  await serving.put('e', 'n', 'challenger')
  await other.refresh()
  const followed = await other.endpoint('e')
  assert.deepEqual([followed.model, followed.alias, followed.state], ['n', 'challenger', 'ready'])
  await serving.remove('e')
  await other.refresh()
  await assert.rejects(other.predict('e', [{ x0: 1, x1: 1 }]), /endpoint e/)
})

test('a model that is removed and made again answers with its new bytes, though its number is the old one', async (t) => {
  const { serving, name } = await openTestServing(t)
  name(testModel(1))
  await serving.put('e', 'm', 'champion')
  const ask = async () => (await serving.predict('e', [{ x0: 9, x1: 9 }]))[0]?.prediction
  assert.equal(await ask(), 'high')
  name(testModel(1, 2, true))
  await serving.refresh()
  assert.equal(await ask(), 'low')
})

test('a version that cannot be loaded is told of until the endpoint follows another, which it does at once', async (t) => {
  const { serving, name } = await openTestServing(t)
  name(testModel(1))
  await serving.put('e', 'm', 'champion')
  const broken = testModel(2)
  const torn = { ...broken.trained, toOnnx: () => new Uint8Array([1, 2, 3]) }
  name({ ...broken, trained: torn })
  await assert.rejects(serving.swap('e'))
  const told = await serving.endpoint('e')
  assert.deepEqual([told.version, told.state], [1, 'ready'])
  assert.match(told.problem ?? '', /m\/2/)
  name(testModel(1))
  await serving.refresh()
  assert.equal((await serving.endpoint('e')).problem, undefined)
  name({ ...broken, trained: torn })
  await serving.refresh()
  name(testModel(3, 2, true))
  await serving.refresh()
  const moved = await serving.endpoint('e')
  assert.deepEqual([moved.version, moved.problem], [3, undefined])
})
