import type { Plot } from './plots.ts'

/** A column that a plot is drawn by and that none of its rows has. */
export interface MissingColumn {
  readonly plot: string
  readonly column: string
  /** Those that there are. */
  readonly columns: readonly string[]
}

/** What plots are drawn by and lack. A table without rows has no columns to lack. */
export function missingColumns(plots: readonly Plot[]): readonly MissingColumn[] {
  return plots.flatMap((plot) => {
    const columns = columnsOf(plot)
    if (columns.size === 0) return []
    return [...new Set([plot.x, ...plot.y])].flatMap((column) =>
      columns.has(column) ? [] : [{ plot: plot.id, column, columns: [...columns] }],
    )
  })
}

function columnsOf({ series }: Plot): ReadonlySet<string> {
  const columns = new Set<string>()
  for (const { rows = [] } of series)
    for (const row of rows) for (const column of Object.keys(row)) columns.add(column)
  return columns
}
