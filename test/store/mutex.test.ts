import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMutex } from '../../src/store/mutex.ts'

test('turns are taken one at a time, in order', async () => {
  const mutex = createMutex(1000, () => new Error('late'))
  const order: number[] = []
  let inside = 0
  await Promise.all(
    [1, 2, 3, 4].map(async (n) => {
      const release = await mutex.acquire()
      assert.equal(++inside, 1)
      await new Promise(setImmediate)
      order.push(n)
      inside--
      release()
      release()
    }),
  )
  assert.deepEqual(order, [1, 2, 3, 4])
})

test('who waits too long is told, and the turn passes to the next', async () => {
  const mutex = createMutex(20, () => new Error('late'))
  const release = await mutex.acquire()
  await assert.rejects(mutex.acquire(), /late/)
  const next = mutex.acquire()
  release()
  const done = await next
  done()
  const again = await mutex.acquire()
  again()
})
