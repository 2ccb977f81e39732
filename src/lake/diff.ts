import { column, valueAt, type Column, type Table, type Value } from '#table'

export interface ColumnChange {
  readonly name: string
  readonly change: 'added' | 'removed' | 'retyped' | 'changed' | 'same'
  readonly cells: number
  readonly examples: readonly {
    readonly row: number
    readonly from: Cell
    readonly to: Cell
  }[]
}

type Cell = number | string | boolean | null

export interface TableDiff {
  readonly rowsAdded: number
  readonly rowsRemoved: number
  readonly columns: readonly ColumnChange[]
}

/**
 * What differs between two versions of a table. Rows are paired by position, as versions grow at the end or are cleaned in
 * place; rows past the shorter one count as added or removed.
 */
export function diffTables(from: Table, to: Table): TableDiff {
  const shared = Math.min(from.length, to.length)
  const names = new Set([...from.columns, ...to.columns].map((each) => each.name))
  return {
    rowsAdded: to.length - shared,
    rowsRemoved: from.length - shared,
    columns: [...names].map((name) => columnChange(name, from, to, shared)),
  }
}

function columnChange(name: string, from: Table, to: Table, rows: number): ColumnChange {
  const before = find(from, name)
  const after = find(to, name)
  if (!before) return { name, change: 'added', cells: to.length, examples: [] }
  if (!after) return { name, change: 'removed', cells: from.length, examples: [] }
  const examples: ColumnChange['examples'][number][] = []
  let cells = 0
  for (let row = 0; row < rows; row++) {
    const old = cellOf(valueAt(before, row))
    const now = cellOf(valueAt(after, row))
    if (old === now) continue
    cells++
    if (examples.length < 5) examples.push({ row, from: old, to: now })
  }
  const change = before.type !== after.type ? 'retyped' : cells > 0 ? 'changed' : 'same'
  return { name, change, cells, examples }
}

function find(table: Table, name: string): Column | undefined {
  return table.columns.some((each) => each.name === name) ? column(table, name) : undefined
}

function cellOf(value: Value): Cell {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'bigint' ? value.toString() : value
}
