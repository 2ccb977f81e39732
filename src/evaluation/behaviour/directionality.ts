import type { Table } from '#table'
import type { BehaviourResult, ModelUnderTest } from './model-under-test.ts'
import { changeColumn } from './shift-column.ts'

/**
 * The directional expectation test: more of a column never lowers (or never raises) the risk on average.
 *
 * References: Ribeiro, Wu, Guestrin, Singh (2020), Beyond accuracy: behavioral testing of NLP models with CheckList.
 */
export async function directionality(
  model: ModelUnderTest,
  rows: Table,
  {
    column,
    delta,
    expect,
  }: {
    readonly column: string
    readonly delta: number
    readonly expect: 'never_lowers' | 'never_raises'
  },
): Promise<BehaviourResult> {
  const moved = changeColumn(rows, column, (value) => value + delta)
  const [before, after] = await Promise.all([model.predict(rows), model.predict(moved)])
  const average =
    Array.from(before.risk, (risk, i) => (after.risk[i] ?? NaN) - risk).reduce(
      (sum, move) => sum + move,
      0,
    ) / Math.max(1, rows.length)
  const passed = expect === 'never_lowers' ? average >= 0 : average <= 0
  const verb = average < 0 ? 'lowers' : 'raises'
  return {
    passed,
    observed: average,
    summary: `${delta} more ${column} ${verb} the risk by ${Math.abs(average).toFixed(4)} on average; it must ${expect === 'never_lowers' ? 'not lower' : 'not raise'} it.`,
    evidence: { average, rows: rows.length },
  }
}
