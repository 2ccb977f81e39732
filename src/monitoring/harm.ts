import type { DriftReport } from '#contract'
import { betOnHarm, evidenceOf, noBet, type HarmBet } from '#stats'
import type { Labelled } from './quality.ts'

type Harm = NonNullable<DriftReport['harm']>

/** False harm alarms of one monitor are at most this likely, over its whole life with one model version. */
const harmAlpha = 0.01

/** The bet of one monitor on one model version, and how far in the labels, by the order in which they came, it has got. */
export interface HarmWatch {
  readonly bet: HarmBet
  /** Fixed when the watch begins: a promise that moves is none to bet against. */
  readonly promised: number
  readonly seen: number
}

export function newWatch(promisedAccuracy: number): HarmWatch {
  const promised = Math.min(0.99, Math.max(0.01, 1 - promisedAccuracy))
  return { bet: noBet, promised, seen: 0 }
}

/** Goes on with the bet over labels that came since, in the order in which they came. */
export function watchOn(watch: HarmWatch, rows: readonly Labelled[], seen: number): HarmWatch {
  const errors = rows.map((row) => (row.truth === row.prediction ? 0 : 1))
  return { ...watch, bet: betOnHarm(watch.bet, errors, watch.promised), seen }
}

/** Whether errors since the version went live come more often than the rate it promised, by evidence that may be looked at any time. */
export function harmOf({ bet, promised }: HarmWatch): Harm | undefined {
  if (bet.outcomes === 0) return undefined
  const evidence = evidenceOf(bet)
  const threshold = 1 / harmAlpha
  const rate = bet.errors / bet.outcomes
  const harmful = evidence >= threshold
  return {
    metric: 'error rate',
    evidence,
    threshold,
    harmful,
    summary: `${(rate * 100).toFixed(1)} % of the ${bet.outcomes} answers of this version whose labels have come were wrong; ${(promised * 100).toFixed(1)} % were promised. The evidence of harm is ${evidence.toPrecision(3)}; ${threshold} is needed${harmful ? ', and reached' : ''}.`,
  }
}
