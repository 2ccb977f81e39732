import type { Table } from '#table'
import type { BehaviourResult, ModelUnderTest } from './model-under-test.ts'
import { changeColumn } from './shift-column.ts'

/**
 * The invariance test: a small change of columns that should hardly matter moves the risk by no more than the tolerance on average.
 *
 * References: Ribeiro, Wu, Guestrin, Singh (2020), Beyond accuracy: behavioral testing of NLP models with CheckList.
 */
export async function invariance(
  model: ModelUnderTest,
  rows: Table,
  {
    columns,
    factor,
    tolerance,
  }: { readonly columns: readonly string[]; readonly factor: number; readonly tolerance: number },
): Promise<BehaviourResult> {
  const changed = columns.reduce(
    (table, name) => changeColumn(table, name, (value) => value * factor),
    rows,
  )
  const [before, after] = await Promise.all([model.predict(rows), model.predict(changed)])
  const moves = Array.from(before.risk, (risk, i) => Math.abs((after.risk[i] ?? NaN) - risk))
  const average = moves.reduce((sum, move) => sum + move, 0) / Math.max(1, moves.length)
  const flipped = before.labels.filter((label, i) => label !== after.labels[i]).length
  return {
    passed: average <= tolerance,
    observed: average,
    summary: `Multiplying ${columns.join(', ')} by ${factor} moves the risk by ${average.toFixed(4)} on average; at most ${tolerance} is accepted.`,
    evidence: { average, largest: Math.max(0, ...moves), flipped, rows: rows.length },
  }
}
