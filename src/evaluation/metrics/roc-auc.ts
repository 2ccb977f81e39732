import { scoredAll } from './scored-all.ts'

/**
 * The area under the ROC curve: the chance that a positive row scores higher than a negative one, ties counting one half. Undefined
 * when one of the two is absent, or a score is NaN: there is no order then.
 *
 * References: Hanley, McNeil (1982), The meaning and use of the area under a receiver operating characteristic (ROC) curve.
 */
export function rocAuc(
  positive: readonly boolean[],
  scores: ArrayLike<number>,
): number | undefined {
  if (!scoredAll(positive.length, scores)) return undefined
  const order = positive.map((_, i) => i).toSorted((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0))
  const hits = positive.filter(Boolean).length
  const misses = positive.length - hits
  if (hits === 0 || misses === 0) return undefined
  let ranks = 0
  for (let i = 0; i < order.length;) {
    let j = i
    while (j < order.length && scores[order[j] ?? 0] === scores[order[i] ?? 0]) j++
    const rank = (i + 1 + j) / 2
    for (let k = i; k < j; k++) if (positive[order[k] ?? 0]) ranks += rank
    i = j
  }
  return (ranks - (hits * (hits + 1)) / 2) / (hits * misses)
}
