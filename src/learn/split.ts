import { seeded, shuffledIndices } from '#stats'
import { columnText, take, type Table } from '#table'

export interface SplitRequest {
  /** Rows are drawn so that each of its values has the same share on both sides. */
  readonly label?: string
  readonly testShare: number
  readonly seed: number
}

/** Two tables that have no row in common, each in the order of the original. The same seed gives the same split. */
export function trainTestSplit(
  table: Table,
  { label, testShare, seed }: SplitRequest,
): { readonly train: Table; readonly test: Table } {
  if (!(testShare > 0 && testShare < 1)) {
    throw new RangeError(`a share to test with is between 0 and 1, not ${testShare}`)
  }
  const random = seeded(seed)
  const inTest = new Uint8Array(table.length)
  for (const rows of strata(table, label)) {
    const order = shuffledIndices(rows.length, random)
    const count = Math.round(rows.length * testShare)
    for (const at of order.slice(0, count)) inTest[rows[at] ?? 0] = 1
  }
  const rows = Array.from({ length: table.length }, (_, row) => row)
  return {
    train: take(
      table,
      rows.filter((row) => inTest[row] === 0),
    ),
    test: take(
      table,
      rows.filter((row) => inTest[row] === 1),
    ),
  }
}

function strata(table: Table, label: string | undefined): readonly (readonly number[])[] {
  const all = Array.from({ length: table.length }, (_, row) => row)
  if (label === undefined) return [all]
  const byValue = Map.groupBy(columnText(table, label).entries(), ([, text]) => text ?? '')
  return [...byValue]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([, entries]) => entries.map(([row]) => row))
}
