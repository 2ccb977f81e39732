import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { openTestServing, testModel } from './support/open-test-serving.ts'

const rowOf = (value: number) =>
  Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i}`, value]))

test('a hundred rows are explained in one call, and each is logged once', async (t) => {
  const { serving, name } = await openTestServing(t)
  name(testModel(1, 8))
  await serving.put('e', 'm', 'champion')
  const rows = Array.from({ length: 100 }, (_, i) => rowOf(i % 10))
  const answers = await serving.predict('e', rows, { explain: true })
  assert.equal(answers.length, 100)
  assert.ok(answers.every((answer) => answer.reasons?.length === 8))
  assert.equal((await serving.log.count('e')).predictions, 100)
})

test('a model that is swapped during an explanation answers it to the end', async (t) => {
  const { serving, name } = await openTestServing(t)
  const first = testModel(1, 8)
  name({
    ...first,
    async background() {
      name(testModel(2, 8, true))
      await serving.swap('e')
      // The one that was swapped out had time to be closed.
      await delay(50)
      return [rowOf(1), rowOf(9)]
    },
  })
  await serving.put('e', 'm', 'champion')
  const [answer] = await serving.predict('e', [rowOf(9)], { explain: true })
  assert.equal(answer?.version, 1)
  assert.equal(answer?.prediction, 'high')
  assert.equal(answer?.reasons?.length, 8)
  assert.equal((await serving.endpoint('e')).version, 2)
})

test('a call whose explanation fails has predicted nothing: it is not in the log', async (t) => {
  const { serving, name } = await openTestServing(t)
  name({
    ...testModel(1, 8),
    background: () => Promise.reject(new Error('the dataset is gone')),
  })
  await serving.put('e', 'm', 'champion')
  await assert.rejects(serving.predict('e', [rowOf(9)], { explain: true }), /the dataset is gone/)
  assert.equal((await serving.log.count('e')).predictions, 0)
})
