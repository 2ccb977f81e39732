import assert from 'node:assert/strict'
import { test } from 'node:test'
import { harmOf, newWatch, watchOn, type Labelled } from '#monitoring'
import { seeded } from '#stats'

function answers(random: () => number, rows: number, wrong: number): readonly Labelled[] {
  return Array.from({ length: rows }, () => ({
    truth: 'yes',
    prediction: random() < wrong ? 'no' : 'yes',
  }))
}

/** Whether any look at so many windows of 50 labels is an alarm. */
function alarms(random: () => number, windows: number, promised: number, wrong: number): boolean {
  let watch = newWatch(1 - promised)
  for (let window = 1; window <= windows; window++) {
    watch = watchOn(watch, answers(random, 50, wrong), window * 50)
    if (harmOf(watch)?.harmful) return true
  }
  return false
}

test('a version that keeps its promise is called harmful at most once in a hundred lives of a hundred looks', () => {
  const random = seeded(11)
  const lives = 400
  let wrongly = 0
  for (let life = 0; life < lives; life++) if (alarms(random, 100, 0.2, 0.2)) wrongly++
  // Four of 400 are allowed in the mean; nine or more of them have a chance of 2 in 100 at the very bound.
  assert.ok(wrongly < 9, `${wrongly} of ${lives}`)
})

test('errors that come half as often again as promised are found within a hundred looks', () => {
  const random = seeded(12)
  for (let life = 0; life < 20; life++) assert.ok(alarms(random, 100, 0.2, 0.3))
})

test('evidence is of all the labels a version has had, not of those of one look', () => {
  const random = seeded(13)
  const rows = answers(random, 200, 0.4)
  const once = harmOf(watchOn(newWatch(0.8), rows, 200))
  let watch = newWatch(0.8)
  for (let at = 0; at < 200; at += 20) watch = watchOn(watch, rows.slice(at, at + 20), at + 20)
  assert.deepEqual(harmOf(watch), once)
  assert.match(once?.summary ?? '', /of the 200 answers/)
})
