/**
 * The share of answers that are right. Undefined for no answers.
 *
 * References: Powers (2011), Evaluation: from precision, recall and F-measure to ROC …
 */
export function accuracy(
  truth: readonly string[],
  predicted: readonly string[],
): number | undefined {
  if (truth.length === 0) return undefined
  return truth.filter((label, i) => label === predicted[i]).length / truth.length
}
