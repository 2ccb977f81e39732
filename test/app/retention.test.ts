import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { httpCaller, operations } from '#contract'
import { openedProject, runningServer } from '../support/home.ts'
import { ageObjects } from './support/age-objects.ts'

const { runs, retention } = operations

test('rules are shown before they are applied, hide what they do not keep, and end it when its time is over', async (t) => {
  const { app, caller } = await openedProject(t)
  const rooms = await app.project('default')
  for (let i = 0; i < 5; i++) {
    const { run } = await caller.call(runs.create, { experiment: 'e', startedAt: i + 1 })
    await rooms.tracking.putArtifact(run.id, 'f', Readable.from([Buffer.alloc(1000, i)]))
    await caller.call(runs.end, { run: run.id })
  }
  await ageObjects(rooms.folder)
  const rule = { experiments: 'e', keepLast: 2, purgeAfterDays: 0 }
  const before = await caller.call(retention.preview, { rule })
  assert.deepEqual([before.effects[0]?.looked, before.effects[0]?.hides], [5, 3])
  assert.equal((await caller.call(runs.count, {})).count, 5, 'a preview hides nothing')
  await caller.call(retention.set, { name: 'short', rule })
  const done = await caller.call(retention.apply, {})
  assert.deepEqual([done.effects[0]?.hides, done.effects[0]?.purges, done.bytes], [3, 3, 3000])
  assert.equal((await caller.call(runs.count, { removed: 'with' })).count, 2)
})

test('tidemill.yaml declares rules, apply makes them so, and one that is no longer declared goes', async (t) => {
  const { caller } = await openedProject(t)
  const text = 'retention:\n  nightly:\n    experiments: nightly/*\n    keepLast: 10\n'
  const { changes } = await caller.call(operations.loop.apply, { text })
  assert.deepEqual(
    changes.map(({ kind, name, action }) => [kind, name, action]),
    [['retention', 'nightly', 'create']],
  )
  const { rules } = await caller.call(retention.list, {})
  assert.deepEqual(
    rules.map(({ name, rule }) => [name, rule.keepLast]),
    [['nightly', 10]],
  )
  await caller.call(operations.loop.apply, { text: 'retention: {}\n' })
  assert.deepEqual((await caller.call(retention.list, {})).rules, [])
})

test('a server applies its rules by itself, as a job that says what it did', async (t) => {
  const { url } = await runningServer(t)
  const caller = httpCaller({ url })
  for (let i = 0; i < 3; i++) {
    const { run } = await caller.call(runs.create, { experiment: 'e' })
    await caller.call(runs.end, { run: run.id })
  }
  await caller.call(retention.set, { name: 'one', rule: { experiments: 'e', keepLast: 1 } })
  for (let i = 0; i < 200; i++) {
    if ((await caller.call(runs.count, {})).count === 1) break
    await delay(50)
  }
  assert.equal((await caller.call(runs.count, {})).count, 1)
  assert.equal((await caller.call(runs.count, { removed: 'only' })).count, 2)
  const { jobs } = await caller.call(operations.jobs.list, { kind: 'retention' })
  assert.equal(jobs.length, 1)
  const { entries } = await caller.call(operations.audit.list, {})
  assert.ok(entries.some(({ who, detail }) => who === 'retention' && detail.startsWith('2 hidden')))
})
