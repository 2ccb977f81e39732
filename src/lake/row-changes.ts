import { valueAt, type Table } from '#table'

export interface RowChanges {
  readonly same: number
  readonly added: number
  readonly removed: number
  /** Rows that are in the place of another. */
  readonly changed: number
}

/**
 * What became of the rows of a table. A row that is in both, wherever, is the same; of the others, two in one place are one that
 * changed, and the rest came or went. So a row put in at the top changes nothing below it.
 */
export function rowChanges(from: Table, to: Table): RowChanges {
  const names = new Set([...from.columns, ...to.columns].map((each) => each.name))
  const shared = [...names].filter((name) => has(from, name) && has(to, name))
  const before = keysOf(from, shared)
  const after = keysOf(to, shared)
  const left = new Map<string, number>()
  for (const key of after) left.set(key, (left.get(key) ?? 0) + 1)
  const gone = before.map((key) => !take(left, key))
  // What is still left over is new; which of equal rows is, their places decide from the end.
  const fresh = after.map(() => false)
  for (let row = after.length - 1; row >= 0; row--) fresh[row] = take(left, after[row] ?? '')
  const lost = gone.filter(Boolean).length
  const come = fresh.filter(Boolean).length
  const changed = gone.filter((isGone, row) => isGone && fresh[row]).length
  return {
    same: from.length - lost,
    added: come - changed,
    removed: lost - changed,
    changed,
  }
}

function has(table: Table, name: string): boolean {
  return table.columns.some((each) => each.name === name)
}

function keysOf(table: Table, names: readonly string[]): readonly string[] {
  const columns = names.flatMap((name) => table.columns.filter((each) => each.name === name))
  return Array.from({ length: table.length }, (_, row) =>
    JSON.stringify(columns.map((column) => textOf(valueAt(column, row)))),
  )
}

function textOf(value: ReturnType<typeof valueAt>): unknown {
  return typeof value === 'bigint' || typeof value === 'number' ? String(value) : value
}

/** Takes one of what there is of a key; false when there is none. */
function take(left: Map<string, number>, key: string): boolean {
  const count = left.get(key) ?? 0
  if (count === 0) return false
  left.set(key, count - 1)
  return true
}
