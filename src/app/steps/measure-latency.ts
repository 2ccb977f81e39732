import { quantile } from '#stats'
import { take } from '#table'
import type { GateSubject } from './gate-subject.ts'

const latencyCalls = 200
const latencyRounds = 3

export interface Latency {
  readonly p50: number | undefined
  readonly p99: number
  readonly calls: number
  /** The 99th percentile of each round. */
  readonly rounds: readonly number[]
}

/** How long single predictions take. A machine that others use too is measured again before a model is called slow: what counts is the round least disturbed. */
export async function measureLatency(subject: GateSubject, wantedMs: number): Promise<Latency> {
  const rounds: (readonly number[])[] = []
  const p99Of = (times: readonly number[]): number => quantile(times, 0.99) ?? Infinity
  do rounds.push(await timesOf(subject))
  while (rounds.length < latencyRounds && p99Of(rounds.at(-1) ?? []) > wantedMs)
  const [times = []] = rounds.toSorted((a, b) => p99Of(a) - p99Of(b))
  return {
    p50: quantile(times, 0.5),
    p99: p99Of(times),
    calls: times.length,
    rounds: rounds.map(p99Of),
  }
}

async function timesOf(subject: GateSubject): Promise<readonly number[]> {
  const [model, rows] = await Promise.all([subject.model(), subject.rows()])
  const times: number[] = []
  for (let call = 0; call < latencyCalls; call++) {
    const row = take(rows, [call % rows.length])
    const begin = performance.now()
    await model.predict(row)
    // The first calls warm the session up.
    if (call >= 10) times.push(performance.now() - begin)
  }
  return times
}
