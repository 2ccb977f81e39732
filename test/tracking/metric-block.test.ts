import assert from 'node:assert/strict'
import { test } from 'node:test'
import { integerBelow, seeded } from '#stats'
import { largestInBlock, packBlock, unpackBlock } from '../../src/tracking/metric-block.ts'
import { emptySeries } from '../../src/tracking/series.ts'

const odd = [NaN, Infinity, -Infinity, -0, 0, Number.MAX_VALUE, Number.MIN_VALUE, 0.1]
const far = [0, -1, 1, 127, 128, -128, 2 ** 31, -(2 ** 40), largestInBlock - 1, 1 - largestInBlock]

test('a block gives back every step, time and value bit for bit', () => {
  const random = seeded(3)
  const pick = (from: readonly number[]): number => from[integerBelow(from.length, random)] ?? 0
  for (let round = 0; round < 200; round++) {
    const points = Array.from({ length: integerBelow(300, random) }, () => ({
      step: pick(far),
      time: pick(far),
      value: random() < 0.5 ? pick(odd) : random() * 1e6,
    }))
    const series = emptySeries()
    unpackBlock(packBlock(points), series)
    assert.deepEqual(
      series.steps,
      points.map(({ step }) => step),
    )
    assert.deepEqual(
      series.times,
      points.map(({ time }) => time),
    )
    assert.ok(points.every(({ value }, i) => Object.is(series.values[i], value)))
  }
})

test('a point of a metric that is logged at each step takes less than 12 bytes', () => {
  const points = Array.from({ length: 1000 }, (_, i) => ({
    step: i,
    time: 1_700_000_000_000 + i * 997,
    value: Math.sin(i),
  }))
  assert.ok(packBlock(points).length < 12 * points.length, `${packBlock(points).length} bytes`)
})
