import type { MetricName } from '#contract'

const better: Readonly<Record<MetricName, 'more' | 'less'>> = {
  accuracy: 'more',
  precision: 'more',
  recall: 'more',
  f1: 'more',
  roc_auc: 'more',
  log_loss: 'less',
  brier_score: 'less',
}

/** By how much `mine` is worse than `theirs`, in the metric's own units and direction; negative where it is better. */
export function shortfall(metric: MetricName, mine: number, theirs: number): number {
  return better[metric] === 'more' ? theirs - mine : mine - theirs
}
