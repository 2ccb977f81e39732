import type { Confusion } from './confusion.ts'

/**
 * The share of positive rows that are found, tp / (tp + fn); 0 when there is no positive row, as scikit-learn has it.
 *
 * References: van Rijsbergen (1979), Information Retrieval, §7.
 */
export function recall({ truePositives, falseNegatives }: Confusion): number {
  const there = truePositives + falseNegatives
  return there === 0 ? 0 : truePositives / there
}
