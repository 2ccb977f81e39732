/** Counts of one class against the rest. */
export interface Confusion {
  readonly truePositives: number
  readonly falsePositives: number
  readonly falseNegatives: number
  readonly trueNegatives: number
}

/**
 * Counts of right and wrong answers for one class against all others.
 *
 * References: Fawcett (2006), An introduction to ROC analysis.
 */
export function confusion(
  truth: readonly string[],
  predicted: readonly string[],
  positive: string,
): Confusion {
  let [tp, fp, fn, tn] = [0, 0, 0, 0]
  truth.forEach((label, i) => {
    const yes = predicted[i] === positive
    if (label === positive) {
      if (yes) tp++
      else fn++
    } else if (yes) fp++
    else tn++
  })
  return { truePositives: tp, falsePositives: fp, falseNegatives: fn, trueNegatives: tn }
}
