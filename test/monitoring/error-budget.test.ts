import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { spendOnLook } from '#monitoring'

const dayMs = 86_400_000

test('however often one looks, what is spent never exceeds what has grown', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.5, max: 1000, noNaN: true }),
      fc.array(fc.nat({ max: 20 * dayMs }), { maxLength: 200 }),
      (falseAlarmDays, gaps) => {
        let [now, spent] = [0, 0]
        for (const gap of gaps) {
          now += gap
          const look = spendOnLook({ falseAlarmDays, startedAt: 0, now, spent })
          assert.ok(look >= 0 && look <= 0.05)
          spent += look
          assert.ok(spent <= (now / dayMs + 1) / falseAlarmDays + 1e-12)
        }
      },
    ),
    { seed: 1 },
  )
})

test('one look a day for a year spends nearly the whole budget of one false alarm in 30 days', () => {
  let spent = 0
  for (let day = 0; day < 365; day++) {
    spent += spendOnLook({ falseAlarmDays: 30, startedAt: 0, now: day * dayMs, spent })
  }
  assert.ok(spent > 0.98 * (365 / 30) && spent <= 365 / 30, `${spent}`)
})

test('a clock that was set back spends nothing it does not have', () => {
  const spent = spendOnLook({ falseAlarmDays: 30, startedAt: 10 * dayMs, now: 0, spent: 1 })
  assert.equal(spent, 0)
})
