import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalDraw, seeded } from '#stats'
import { forecast, type ForecastStep } from '../../../src/pipeline/run/forecast.ts'

const machine = { cores: 4, memoryBytes: 16e9 }
const nothing = { cores: 0, memoryBytes: 0, mutex: [] }

function step(
  stage: string,
  seconds: readonly number[],
  more: Partial<ForecastStep> = {},
): ForecastStep {
  const past = seconds.map((wallSeconds) => ({
    stage,
    at: 0,
    wallSeconds,
    cpuSeconds: wallSeconds,
    peakRssBytes: 1e9,
    readBytes: 0,
    writtenBytes: 0,
  }))
  return { stage, needs: [], resources: nothing, past, ...more }
}

test('nine of ten new runs end within the interval; with one past run, whose spread nobody knows, it is wider', () => {
  const random = seeded(5)
  const rounds = 300
  const covered = (count: number, spread: number): number => {
    const draw = (): number => Math.exp(3 + spread * normalDraw(random))
    let inside = 0
    for (let round = 0; round < rounds; round += 1) {
      const past = [step('a', Array.from({ length: count }, draw))]
      const expected = forecast(past, { jobs: 1, capacity: machine })
      const next = draw()
      if (expected && next >= expected.seconds.low && next <= expected.seconds.high) inside += 1
    }
    return inside / rounds
  }
  // binomial(300, 0.9): four standard errors are 0.07; ten runs of a wider law are drawn a little towards what is usual
  for (const spread of [0.3, 0.6]) {
    const ten = covered(10, spread)
    assert.ok(Math.abs(ten - 0.9) < 0.09, `ten past runs: ${ten}`)
    assert.ok(covered(1, spread) > 0.8)
  }
})

test('stages that need each other follow, others go beside, as many as there are jobs', () => {
  const long = Array.from({ length: 20 }, () => 100)
  const seconds = (steps: readonly ForecastStep[], jobs: number) =>
    forecast(steps, { jobs, capacity: machine })?.seconds.median ?? 0
  const near = (actual: number, expected: number) =>
    assert.ok(Math.abs(actual / expected - 1) < 0.1, `${actual} instead of ${expected}`)
  const two = [step('a', long), step('b', long)]
  near(seconds(two, 1), 200)
  // the larger of two draws that differ by a tenth lies a little above either
  near(seconds(two, 2), 106)
  near(seconds([step('a', long), step('b', long, { needs: ['a'] })], 2), 200)
  const mutex = { resources: { cores: 0, memoryBytes: 0, mutex: ['gpu'] } }
  near(seconds([step('a', long, mutex), step('b', long, mutex)], 2), 200)
  const cores = { resources: { cores: 3, memoryBytes: 0, mutex: [] } }
  near(seconds([step('a', long, cores), step('b', long, cores)], 2), 200)
})

test('memory is that of the stages that run together; a stage that never ran is named and counts for nothing', () => {
  const steps = [step('a', [1, 1, 1]), step('b', [1, 1, 1]), step('new', [])]
  const alone = forecast(steps, { jobs: 1, capacity: machine })
  const beside = forecast(steps, { jobs: 3, capacity: machine })
  assert.deepEqual(alone?.unknown, ['new'])
  assert.ok(Math.abs((alone?.memoryBytes.median ?? 0) / 1e9 - 1) < 0.25)
  assert.ok(Math.abs((beside?.memoryBytes.median ?? 0) / 2e9 - 1) < 0.25)
  assert.equal(forecast([step('new', [])], { jobs: 1, capacity: machine }), undefined)
})
