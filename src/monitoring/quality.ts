import type { DriftReport } from '#contract'
import { wilsonInterval } from '#stats'

type Quality = NonNullable<DriftReport['qualityCurrent']>

export interface Labelled {
  readonly truth: string
  readonly prediction: string
}

/** Accuracy, and for the positive class precision and recall, with Wilson's intervals, from rows whose truth is known. */
export function qualityOf(
  rows: readonly Labelled[],
  positive: string | undefined,
): Quality | undefined {
  if (rows.length === 0) return undefined
  const right = rows.filter((row) => row.truth === row.prediction).length
  const metrics: Quality['metrics'] = { ...share('accuracy', right, rows.length) }
  if (positive !== undefined) {
    const hits = rows.filter((row) => row.truth === positive && row.prediction === positive).length
    const answered = rows.filter((row) => row.prediction === positive).length
    const there = rows.filter((row) => row.truth === positive).length
    Object.assign(metrics, share('precision', hits, answered), share('recall', hits, there))
    Object.assign(metrics, f1Of(hits, answered, there))
  }
  return { rows: rows.length, metrics }
}

function share(name: string, hits: number, total: number): Quality['metrics'] {
  const interval = wilsonInterval(hits, total)
  return interval ? { [name]: { value: hits / total, ...interval } } : {}
}

/**
 * F1 is 2J / (1 + J) of Jaccard's share J = hits / (hits + wrong answers + missed), which counts each row once: Wilson's interval is of
 * that share, and the map, which only grows, carries its ends over.
 */
function f1Of(hits: number, answered: number, there: number): Quality['metrics'] {
  const union = answered + there - hits
  const interval = wilsonInterval(hits, union)
  if (!interval) return {}
  const f1 = (share: number): number => (2 * share) / (1 + share)
  return { f1: { value: f1(hits / union), low: f1(interval.low), high: f1(interval.high) } }
}
