import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, seeded } from '#stats'
import type { HistoryPage, Series } from '#tracking'
import { databases, openedTracking } from './support/opened.ts'

type Point = readonly [step: number, time: number, value: number]

const pointsOf = ({ steps, times, values }: Series): Point[] =>
  steps.map((step, i) => [step, times[i] ?? 0, values[i] ?? 0])

/** By step, time and value, NaN last; each once. */
function inOrder(points: readonly Point[]): readonly Point[] {
  const rank = (value: number): number => (Number.isNaN(value) ? Infinity : value)
  const byText = new Map(points.map((point) => [point.map(String).join(' '), point]))
  return [...byText.values()].toSorted(
    (a, b) =>
      a[0] - b[0] ||
      a[1] - b[1] ||
      (rank(a[2]) === rank(b[2])
        ? Number(Number.isNaN(a[2])) - Number(Number.isNaN(b[2]))
        : rank(a[2]) - rank(b[2])),
  )
}

for (const [name, skip] of databases) {
  test(
    `${name}: of metrics logged more than once the least and the greatest are told, packed or not, without NaN and the infinities`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const { id } = await tracking.create({ experiment: 'e', user: 'u' })
      const log = (key: string, values: readonly number[]) =>
        tracking.log(id, { metrics: values.map((value, step) => ({ key, step, value })) })
      await log('rows', [3, NaN, -2, Infinity])
      await log(
        'packed',
        Array.from({ length: 40 }, (_, step) => (step === 5 ? -Infinity : step / 4)),
      )
      await log('packed', [99])
      await log('once', [7])
      await log('odd', [NaN, -Infinity])
      assert.deepEqual(await tracking.metricRanges(id), [
        { key: 'packed', least: 0, greatest: 99 },
        { key: 'rows', least: -2, greatest: 3 },
      ])
    },
  )

  test(
    `${name}: a history is by step, time and value, each point once, however its points came and whatever its pages hold`,
    { skip },
    async (t) => {
      const { tracking } = await openedTracking(t, name)
      const random = seeded(5)
      for (let round = 0; round < (name === 'SQLite' ? 4 : 1); round++) {
        const { id } = await tracking.create({ experiment: 'e', user: 'u' })
        const logged: Point[] = []
        for (let call = 0; call < 12; call++) {
          // Some calls are packed, some are not, and some send again what was sent.
          const again = random() < 0.3 ? logged.slice(0, integerBelow(60, random)) : []
          const points = Array.from({ length: integerBelow(60, random) }, (): Point => [
            integerBelow(50, random) - 10,
            1_700_000_000_000 + integerBelow(3, random),
            [NaN, Infinity, -Infinity, 1, 2][integerBelow(5, random)] ?? 0,
          ])
          const all = [...again, ...points]
          logged.push(...points)
          await tracking.log(id, {
            metrics: all.map(([step, time, value]) => ({ key: 'm', step, time, value })),
          })
        }
        const expected = inOrder(logged)
        assert.equal((await tracking.history(id, 'm', { points: 1e6 })).total, expected.length)
        const part = await tracking.history(id, 'm', { points: 1e6, start: 0, end: 9 })
        assert.deepEqual(
          part.points.map(({ step, time, value }) => [step, time, value]),
          expected.filter(([step]) => step >= 0 && step <= 9),
        )
        for (const limit of [1, 7, 1000]) {
          const paged: Point[] = []
          for (let after: HistoryPage['after']; ; after = paged.at(-1)) {
            const page = await tracking.historyPage(id, 'm', {
              limit,
              ...(after === undefined ? {} : { after }),
            })
            paged.push(...pointsOf(page))
            if (page.steps.length < limit) break
          }
          assert.deepEqual(paged, expected, `pages of ${limit}`)
        }
      }
    },
  )

  test(`${name}: steps and times beyond what blocks hold are kept exactly`, { skip }, async (t) => {
    const { tracking } = await openedTracking(t, name)
    const { id } = await tracking.create({ experiment: 'e', user: 'u' })
    const metrics = Array.from({ length: 40 }, (_, i) => ({
      key: 'm',
      value: i,
      step: Number.MAX_SAFE_INTEGER - i,
      time: -Number.MAX_SAFE_INTEGER + i,
    }))
    await tracking.log(id, { metrics })
    const page = await tracking.historyPage(id, 'm', { limit: 100 })
    assert.deepEqual(
      pointsOf(page).toReversed(),
      metrics.map(({ step, time, value }) => [step, time, value]),
    )
  })
}

test('a history that is cut down keeps the peaks, its first and its last point', async (t) => {
  const { tracking } = await openedTracking(t)
  const { id } = await tracking.create({ experiment: 'e', user: 'u' })
  const metrics = Array.from({ length: 5000 }, (_, step) => ({
    key: 'm',
    step,
    time: step,
    value: step === 1234 ? 99 : step === 4321 ? -99 : Math.sin(step / 100),
  }))
  await tracking.log(id, { metrics })
  const { points, total } = await tracking.history(id, 'm', { points: 100 })
  assert.equal(total, 5000)
  assert.ok(points.length <= 102, `${points.length} points`)
  const steps = points.map(({ step }) => step)
  for (const step of [0, 1234, 4321, 4999]) assert.ok(steps.includes(step), `step ${step}`)
})
