import { normalDraw, seeded, type Random } from '#stats'
import type { Capacity } from './resource-pool.ts'
import type { PastRun } from './history.ts'
import type { StageResources } from './stage-settings.ts'

/** A stage that is going to run. */
export interface ForecastStep {
  readonly stage: string
  /** Which of the other steps must end before. */
  readonly needs: readonly string[]
  readonly resources: StageResources
  readonly past: readonly PastRun[]
}

/** The middle of what is expected, and where nine of ten runs end. */
export interface Expected {
  readonly median: number
  readonly low: number
  readonly high: number
}

export interface Forecast {
  readonly seconds: Expected
  /** Of all stages that run at the same time together. */
  readonly memoryBytes: Expected
  /** Stages that never ran here: they count for nothing in the numbers. */
  readonly unknown: readonly string[]
}

// What runs of one stage differ by before anything is known of it: a standard deviation of 0.3 in the logarithm, worth two runs.
const priorDeviation = 0.3
const priorWeight = 2

/**
 * How long a run will take and how much memory it will need. The logarithms of a stage's past seconds and bytes are taken as normal
 * with a scaled inverse chi-squared prior on the variance, so that the prediction is a Student t; the steps are then scheduled as the
 * run would, many times, each with numbers drawn from there. `undefined` when no step ever ran. Deterministic.
 *
 * References: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 3.2 and 3.3.
 */
export function forecast(
  steps: readonly ForecastStep[],
  { jobs, capacity }: { readonly jobs: number; readonly capacity: Capacity },
  random: Random = seeded(1),
): Forecast | undefined {
  const unknown = steps.filter(({ past }) => past.length === 0).map(({ stage }) => stage)
  if (unknown.length === steps.length) return undefined
  const draws = Math.max(10, Math.min(400, Math.floor(40_000 / steps.length)))
  const laws = steps.map(({ past }) => ({
    seconds: predictive(past.map((run) => run.wallSeconds)),
    bytes: predictive(past.map((run) => run.peakRssBytes)),
  }))
  const order = byLongestWay(steps)
  const seconds: number[] = []
  const memory: number[] = []
  for (let draw = 0; draw < draws; draw += 1) {
    const end = simulate(
      steps,
      order,
      { jobs, capacity },
      laws.map((law) => ({ seconds: law.seconds(random), bytes: law.bytes(random) })),
    )
    seconds.push(end.seconds)
    memory.push(end.bytes)
  }
  return { seconds: summary(seconds), memoryBytes: summary(memory), unknown }
}

/** Draws of the next value after these; 0 where there are none. */
function predictive(values: readonly number[]): (random: Random) => number {
  const logs = values.map((value) => Math.log(Math.max(value, 1e-3)))
  const count = logs.length
  if (count === 0) return () => 0
  const mean = logs.reduce((sum, value) => sum + value, 0) / count
  const squares = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  const freedom = priorWeight + count - 1
  const variance = (priorWeight * priorDeviation ** 2 + squares) / freedom
  return (random) => {
    let chiSquared = 0
    for (let term = 0; term < freedom; term += 1) chiSquared += normalDraw(random) ** 2
    const t = normalDraw(random) / Math.sqrt(chiSquared / freedom)
    return Math.exp(mean + t * Math.sqrt(variance * (1 + 1 / count)))
  }
}

/** The steps in the order a run would prefer, by their means. */
function byLongestWay(steps: readonly ForecastStep[]): readonly number[] {
  const index = new Map(steps.map(({ stage }, at) => [stage, at]))
  const mean = ({ past }: ForecastStep): number =>
    past.reduce((sum, run) => sum + run.wallSeconds, 0) / Math.max(1, past.length)
  const after = steps.map(mean)
  // the steps come in an order where what is needed is before what needs it
  for (let at = steps.length - 1; at >= 0; at -= 1) {
    for (const need of steps[at]?.needs ?? []) {
      const before = index.get(need)
      const step = before === undefined ? undefined : steps[before]
      if (before === undefined || step === undefined) continue
      after[before] = Math.max(after[before] ?? 0, mean(step) + (after[at] ?? 0))
    }
  }
  return steps.map((_, at) => at).sort((a, b) => (after[b] ?? 0) - (after[a] ?? 0))
}

interface Drawn {
  readonly seconds: number
  readonly bytes: number
}

/** One run with these numbers: when it ends, and the most memory that was held at once. */
function simulate(
  steps: readonly ForecastStep[],
  order: readonly number[],
  { jobs, capacity }: { readonly jobs: number; readonly capacity: Capacity },
  drawn: readonly Drawn[],
): Drawn {
  const ends = new Map<string, number>()
  const left = new Set(order)
  let running: { at: number; end: number }[] = []
  let [now, bytes] = [0, 0]
  const planned = new Set(steps.map(({ stage }) => stage))
  const done = (stage: string): boolean =>
    !planned.has(stage) || (ends.get(stage) ?? Infinity) <= now
  while (left.size > 0) {
    running = running.filter(({ end }) => end > now)
    for (const at of left) {
      const step = steps[at]
      if (running.length >= jobs || !step) break
      if (!step.needs.every(done) || !fits(step.resources, running, steps, capacity)) continue
      left.delete(at)
      const end = now + (drawn[at]?.seconds ?? 0)
      ends.set(step.stage, end)
      running.push({ at, end })
    }
    bytes = Math.max(
      bytes,
      running.reduce((sum, { at }) => sum + (drawn[at]?.bytes ?? 0), 0),
    )
    if (running.length === 0) break
    now = Math.min(...running.map(({ end }) => end))
  }
  return { seconds: Math.max(now, ...running.map(({ end }) => end)), bytes }
}

function fits(
  wanted: StageResources,
  running: readonly { readonly at: number }[],
  steps: readonly ForecastStep[],
  capacity: Capacity,
): boolean {
  let cores = Math.min(wanted.cores, capacity.cores)
  let memory = wanted.memoryBytes
  for (const { at } of running) {
    const held = steps[at]?.resources
    cores += Math.min(held?.cores ?? 0, capacity.cores)
    memory += held?.memoryBytes ?? 0
    if (held?.mutex.some((name) => wanted.mutex.includes(name))) return false
  }
  return cores <= capacity.cores && (memory <= capacity.memoryBytes || running.length === 0)
}

function summary(values: number[]): Expected {
  const sorted = values.sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0
  return { median: at(0.5), low: at(0.05), high: at(0.95) }
}
