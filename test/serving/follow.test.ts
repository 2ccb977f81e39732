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
