import assert from 'node:assert/strict'
import { test } from 'node:test'
import { manualClock, systemClock } from '#store'

test('the system clock sleeps, and wakes early when aborted', async () => {
  const begin = systemClock.now()
  await systemClock.sleep(5)
  assert.ok(systemClock.now() - begin >= 4)
  const aborter = new AbortController()
  const sleep = systemClock.sleep(60_000, aborter.signal)
  aborter.abort()
  await assert.rejects(sleep, { name: 'AbortError' })
})

test('a manual clock stands still until it is told to go on', async () => {
  const clock = manualClock(1000)
  assert.equal(clock.now(), 1000)
  await clock.advance(250)
  assert.equal(clock.now(), 1250)
})

test('advancing wakes sleepers in the order of their times, at their times', async () => {
  const clock = manualClock(0)
  const woken: string[] = []
  const sleeper = async (name: string, ms: number) => {
    await clock.sleep(ms)
    woken.push(`${name}@${clock.now()}`)
  }
  void sleeper('late', 30)
  void sleeper('early', 10).then(() => sleeper('again', 10))
  void sleeper('never', 100)
  await clock.advance(50)
  assert.deepEqual(woken, ['early@10', 'again@20', 'late@30'])
  assert.equal(clock.sleepers, 1)
  assert.equal(clock.now(), 50)
})

test('an aborted sleeper of a manual clock is gone', async () => {
  const clock = manualClock()
  const aborter = new AbortController()
  const sleep = clock.sleep(10, aborter.signal)
  aborter.abort()
  await assert.rejects(sleep, { name: 'AbortError' })
  await assert.rejects(clock.sleep(1, aborter.signal), { name: 'AbortError' })
  assert.equal(clock.sleepers, 0)
})
