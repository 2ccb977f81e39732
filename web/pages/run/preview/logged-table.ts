export interface LoggedTable {
  readonly columns: readonly { readonly name: string; readonly numeric: boolean }[]
  readonly rows: readonly Readonly<Record<string, unknown>>[]
}

/** A table as MLflow's `log_table` writes it: names of columns, and rows as lists. Anything else is none. */
export function loggedTable(value: unknown): LoggedTable | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { columns, data } = value as { readonly columns?: unknown; readonly data?: unknown }
  if (!isList(columns) || !isList(data)) return undefined
  const names = columns.filter((each) => typeof each === 'string')
  if (names.length === 0 || names.length !== columns.length) return undefined
  const rows = data.filter(isList)
  if (rows.length !== data.length || rows.some((row) => row.length !== names.length)) {
    return undefined
  }
  return {
    columns: names.map((name, index) => ({
      name,
      numeric: rows.every((row) => row[index] === null || typeof row[index] === 'number'),
    })),
    rows: rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]]))),
  }
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
