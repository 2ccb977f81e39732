import type { MetricName } from '#contract'
import { accuracy } from './metrics/accuracy.ts'
import { brierScore } from './metrics/brier-score.ts'
import { confusion } from './metrics/confusion.ts'
import { f1 } from './metrics/f1.ts'
import { logLoss } from './metrics/log-loss.ts'
import { precision } from './metrics/precision.ts'
import { recall } from './metrics/recall.ts'
import { rocAuc } from './metrics/roc-auc.ts'

export interface Predicted {
  readonly labels: readonly string[]
  /** Row by row, a probability for each of `classes`. */
  readonly probabilities?: ArrayLike<number>
  readonly classes?: readonly string[]
  /** The class that precision, recall and F1 are of; without one they are means over the classes of the truth. */
  readonly positive?: string
}

/** Every metric that truth and answers allow, by name. */
export function evaluate(
  truth: readonly string[],
  predicted: Predicted,
): Readonly<Record<string, number>> {
  const { labels, positive, classes, probabilities } = predicted
  const of = positive === undefined ? [...new Set(truth)] : [positive]
  const tables = of.map((label) => confusion(truth, labels, label))
  const metrics: Partial<Record<MetricName, number | undefined>> = {
    accuracy: accuracy(truth, labels),
    precision: meanOf(tables.map(precision)),
    recall: meanOf(tables.map(recall)),
    f1: meanOf(tables.map(f1)),
  }
  if (probabilities && classes) {
    const placeOf = new Map(classes.map((label, i) => [label, i]))
    if (positive !== undefined && !placeOf.has(positive))
      throw new RangeError(
        `the positive class "${positive}" is none of the classes ${classes.join(', ')}`,
      )
    // A class the model has never seen is one it gave no chance.
    const probability = (row: number, label: string): number => {
      const place = placeOf.get(label)
      return place === undefined ? 0 : (probabilities[row * classes.length + place] ?? 0)
    }
    metrics.log_loss = logLoss(truth.map((label, row) => probability(row, label)))
    if (positive !== undefined) {
      const hits = truth.map((label) => label === positive)
      const scores = truth.map((_, row) => probability(row, positive))
      metrics.roc_auc = rocAuc(hits, scores)
      metrics.brier_score = brierScore(hits, scores)
    }
  }
  return Object.fromEntries(
    Object.entries(metrics).filter((entry): entry is [string, number] => entry[1] !== undefined),
  )
}

function meanOf(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
