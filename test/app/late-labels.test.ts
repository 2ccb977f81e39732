import assert from 'node:assert/strict'
import { test } from 'node:test'
import { operations } from '#contract'
import { answeringProject } from '../support/answering-project.ts'

test('labels that come long after their window are measured once, and show harm', async (t) => {
  const { caller } = await answeringProject(t)
  const { rows } = await caller.call(operations.datasets.rows, { name: 'diabetes', limit: 100 })
  const features = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'Outcome')),
  )
  const ask = async (from: number, to: number) =>
    (
      await caller.call(operations.endpoints.predict, {
        name: 'diabetes',
        rows: features.slice(from, to),
      })
    ).answers
  const look = () => caller.call(operations.monitors.run, { name: 'diabetes' })
  const label = (answers: Awaited<ReturnType<typeof ask>>, right: boolean) =>
    caller.call(operations.endpoints.labels, {
      name: 'diabetes',
      labels: answers.map(({ id, prediction }) => ({
        prediction: id,
        label: right === (prediction === '1') ? '1' : '0',
        // From before anybody looked, as labels that were collected elsewhere are.
        time: 1,
      })),
    })

  const first = await ask(0, 30)
  const before = await look()
  assert.equal(before.qualityCurrent, undefined)
  assert.equal(before.harm, undefined)

  await label(first, false)
  const second = await ask(30, 60)
  const after = await look()
  assert.equal(after.qualityCurrent?.rows, 30)
  assert.equal(after.qualityCurrent.metrics.accuracy?.value, 0)
  assert.equal(after.harm?.harmful, true)
  const { alarms } = await caller.call(operations.monitors.alarms, {})
  const [alarm] = alarms.filter((each) => each.kind === 'harm')
  assert.equal(alarm?.state, 'open')

  // A label that is corrected is not counted again, and the evidence stays.
  await label(first, true)
  await label(second, true)
  await ask(60, 80)
  const later = await look()
  assert.equal(later.qualityCurrent?.rows, 30)
  assert.equal(later.qualityCurrent.metrics.accuracy?.value, 1)
  assert.ok((later.harm?.evidence ?? 0) >= (after.harm?.evidence ?? Infinity))
  assert.match(later.harm?.summary ?? '', /of the 60 answers/)

  // What a person has answered is not raised again.
  await caller.call(operations.monitors.resolve, { id: alarm.id, state: 'resolved' })
  await ask(80, 100)
  const anew = await look()
  assert.equal(anew.harm, undefined)
  const open = await caller.call(operations.monitors.alarms, { state: 'open' })
  assert.deepEqual(
    open.alarms.filter((each) => each.kind === 'harm'),
    [],
  )
})
