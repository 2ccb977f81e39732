/** Whether each of so many rows has a score that is a number: an answer without one has no place among the others. */
export function scoredAll(rows: number, scores: ArrayLike<number>): boolean {
  for (let row = 0; row < rows; row++) if (Number.isNaN(scores[row] ?? NaN)) return false
  return true
}
