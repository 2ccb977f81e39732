import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestServing, testModel, tornModel } from './support/open-test-serving.ts'

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
  name(tornModel(2))
  await assert.rejects(serving.swap('e'))
  const told = await serving.endpoint('e')
  assert.deepEqual([told.version, told.state], [1, 'ready'])
  assert.match(told.problem ?? '', /m\/2/)
  name(testModel(1))
  await serving.refresh()
  assert.equal((await serving.endpoint('e')).problem, undefined)
  name(tornModel(2))
  await serving.refresh()
  name(testModel(3, 2, true))
  await serving.refresh()
  const moved = await serving.endpoint('e')
  assert.deepEqual([moved.version, moved.problem], [3, undefined])
})

test('requests share the loading of a version, wait out its pauses when it fails, and hold up no other version', async (t) => {
  const { serving, name, objects } = await openTestServing(t)
  await serving.put('e', 'm', 'champion')
  name(tornModel(1))
  const loads = t.mock.method(objects, 'read')
  const ask = () => serving.predict('e', [{ x0: 1, x1: 1 }])
  const asked = await Promise.allSettled(Array.from({ length: 20 }, ask))
  for (const each of asked) assert.match(String((each as PromiseRejectedResult).reason), /m\/1/)
  await assert.rejects(ask(), /m\/1/)
  assert.match((await serving.endpoint('e')).problem ?? '', /m\/1/)
  assert.equal(loads.mock.callCount(), 1)
  name(testModel(2))
  assert.equal((await ask())[0]?.version, 2)
})

test('an endpoint that is changed, or put again, goes on answering until what it follows then loads', async (t) => {
  const { serving, name, objects, another } = await openTestServing(t)
  name(testModel(1), 'm')
  await serving.put('e', 'm', 'champion')
  const other = await another()
  const ask = async (of = serving) => {
    const [answer] = await of.predict('e', [{ x0: 9, x1: 9 }])
    return [answer?.model, answer?.version, answer?.prediction]
  }
  assert.deepEqual([await ask(), await ask(other)], Array(2).fill(['m', 1, 'high']))
  const read = t.mock.method(objects, 'read', () => Promise.reject(new Error('unreadable')))
  assert.equal((await serving.put('e', 'm', 'champion')).version, 1)
  read.mock.restore()

  const none = await serving.put('e', 'n', 'challenger')
  assert.deepEqual([none.model, none.version, none.state], ['n', undefined, 'ready'])
  assert.match(none.problem ?? '', /^Version 1 of m goes on answering: n@challenger names no/)
  name(tornModel(1), 'n')
  await serving.refresh()
  await other.refresh()
  const loads = t.mock.method(objects, 'read')
  await serving.refresh()
  await other.refresh()
  assert.equal(loads.mock.callCount(), 0, 'it is tried less and less often')
  for (const each of [serving, other]) {
    assert.match(
      (await each.endpoint('e')).problem ?? '',
      /^Version 1 of m goes on answering: .*n\/1/,
    )
    assert.deepEqual(await ask(each), ['m', 1, 'high'])
  }

  name(testModel(2, 2, true), 'n')
  await serving.swap('e')
  const followed = await serving.endpoint('e')
  assert.deepEqual([followed.version, followed.problem], [2, undefined])
  assert.deepEqual(await ask(), ['n', 2, 'low'])
})

test('what is removed, or put otherwise, while it loads does not answer afterwards', async (t) => {
  const { serving, name, objects } = await openTestServing(t)
  name(testModel(1), 'm')
  name(testModel(2, 2, true), 'n')
  const held: (() => void)[] = []
  const { read } = objects
  t.mock.method(objects, 'read', async (digest: Parameters<typeof read>[0]) => {
    await new Promise<void>((go) => held.push(go))
    return read(digest)
  })
  const release = async (count: number) => {
    while (held.length < count) await delay(5)
    for (const go of held.splice(0)) go()
  }
  const first = serving.put('e', 'm', 'champion')
  while (held.length === 0) await delay(5)
  const second = serving.put('e', 'n', 'champion')
  await delay(20)
  await release(1)
  await release(1)
  assert.deepEqual([(await first).version, (await second).version], [undefined, 2])
  const third = serving.put('e', 'm', 'champion')
  while (held.length === 0) await delay(5)
  await serving.remove('e')
  await release(1)
  await assert.rejects(third, /endpoint e/)
  await assert.rejects(serving.predict('e', [{ x0: 1, x1: 1 }]), /endpoint e/)
  assert.deepEqual(await serving.listed(), [])
})
