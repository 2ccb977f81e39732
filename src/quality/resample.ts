import { integerBelow, type Random } from '#stats'
import { columnText, take, type Table } from '#table'

/** Rows of each class, by the label's text; rows without a label belong to none. */
function rowsByClass(table: Table, label: string): Map<string, number[]> {
  const classes = new Map<string, number[]>()
  columnText(table, label).forEach((text, row) => {
    if (text === null) return
    const rows = classes.get(text)
    if (rows) rows.push(row)
    else classes.set(text, [row])
  })
  return classes
}

/** Repeats rows of the scarcer classes, drawn with replacement, until each class has as many as the largest. */
export function oversample(table: Table, label: string, random: Random): Table {
  const classes = [...rowsByClass(table, label).values()]
  const most = Math.max(0, ...classes.map((rows) => rows.length))
  const rows = classes.flatMap((own) => [
    ...own,
    ...Array.from({ length: most - own.length }, () => own[integerBelow(own.length, random)] ?? 0),
  ])
  return take(table, rows)
}

/** Keeps as many rows of each class, drawn without replacement, as the scarcest has. */
export function undersample(table: Table, label: string, random: Random): Table {
  const classes = [...rowsByClass(table, label).values()]
  const least = Math.min(...classes.map((rows) => rows.length))
  const rows = classes.flatMap((own) => draw(own, least, random))
  return take(
    table,
    rows.toSorted((a, b) => a - b),
  )
}

/** The weight of each class that makes all classes count the same: rows / (classes × rows of the class). */
export function classWeights(table: Table, label: string): Readonly<Record<string, number>> {
  const classes = rowsByClass(table, label)
  const labelled = [...classes.values()].reduce((sum, rows) => sum + rows.length, 0)
  return Object.fromEntries(
    [...classes].map(([name, rows]) => [name, labelled / (classes.size * rows.length)]),
  )
}

function draw(from: readonly number[], count: number, random: Random): number[] {
  const left = [...from]
  for (let i = 0; i < count; i++) {
    const j = i + integerBelow(left.length - i, random)
    ;[left[i], left[j]] = [left[j] ?? 0, left[i] ?? 0]
  }
  return left.slice(0, count)
}
