import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decide, type PolicyFacts } from '#operations'

const quiet: PolicyFacts = {
  now: Date.UTC(2026, 10, 24),
  retraining: false,
  alarms: {},
  newRows: 0,
}
const hour = 3_600_000

test('an open alarm makes retraining due, with the alarm’s sentence as the reason', () => {
  const policy = { model: 'm', on: [{ alarm: 'drift' }] }
  assert.equal(decide(policy, quiet).due, false)
  const verdict = decide(policy, { ...quiet, alarms: { drift: ['Glucose moved.'] } })
  assert.equal(verdict.due, true)
  assert.equal(verdict.reasons[0]?.summary, 'Glucose moved.')
})

test('enough new rows make retraining due, one fewer does not', () => {
  const policy = { model: 'm', on: [{ newRows: 20 }] }
  assert.equal(decide(policy, { ...quiet, newRows: 19 }).due, false)
  assert.equal(decide(policy, { ...quiet, newRows: 20 }).due, true)
})

test('one trigger of several is enough', () => {
  const policy = { model: 'm', on: [{ alarm: 'drift' }, { newRows: 5 }] }
  assert.equal(decide(policy, { ...quiet, newRows: 5 }).due, true)
})

test('a schedule is due when its time has passed since the last retraining', () => {
  const policy = { model: 'm', on: [{ schedule: '0 3 * * *' }] }
  const lastRetrainedAt = Date.UTC(2026, 10, 23, 2)
  const at = (hours: number): PolicyFacts => ({
    ...quiet,
    lastRetrainedAt,
    now: lastRetrainedAt + hours * hour,
  })
  assert.equal(decide(policy, at(0.5)).due, false)
  assert.equal(decide(policy, at(1.5)).due, true)
})

test('a recent retraining holds every trigger back', () => {
  const policy = { model: 'm', on: [{ newRows: 1 }], minHoursBetween: 6 }
  const facts = { ...quiet, newRows: 9, lastRetrainedAt: quiet.now - 5 * hour }
  assert.equal(decide(policy, facts).due, false)
  assert.equal(decide(policy, { ...facts, lastRetrainedAt: quiet.now - 6 * hour }).due, true)
})

test('a retraining under way holds every trigger back', () => {
  const policy = { model: 'm', on: [{ newRows: 1 }] }
  assert.equal(decide(policy, { ...quiet, newRows: 9, retraining: true }).due, false)
})
