import type { Confusion } from './confusion.ts'

/**
 * The share of positive answers that are right, tp / (tp + fp); 0 when there is no positive answer, as scikit-learn has it.
 *
 * References: van Rijsbergen (1979), Information Retrieval, §7.
 */
export function precision({ truePositives, falsePositives }: Confusion): number {
  const answered = truePositives + falsePositives
  return answered === 0 ? 0 : truePositives / answered
}
