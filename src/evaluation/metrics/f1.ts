import type { Confusion } from './confusion.ts'

/**
 * The harmonic mean of precision and recall, 2tp / (2tp + fp + fn); 0 when nothing is positive.
 *
 * References: van Rijsbergen (1979), Information Retrieval, §7.
 */
export function f1({ truePositives, falsePositives, falseNegatives }: Confusion): number {
  const all = 2 * truePositives + falsePositives + falseNegatives
  return all === 0 ? 0 : (2 * truePositives) / all
}
