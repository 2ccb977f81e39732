/**
 * An insert of one row as an insert of `count` rows, or undefined where that is not the same: with `do update`, PostgreSQL refuses
 * two rows of one key in a statement, unless the rows are known to be `distinct`; SQLite takes them one after the other.
 */
export function repeated(sql: string, count: number, distinct: boolean): string | undefined {
  const match = /^\s*insert\s[^]*?\bvalues\s*(\([^()']*\))/i.exec(sql)
  const group = match?.[1]
  if (!match || !group) return undefined
  const end = match[0].length
  if (!distinct && /\bdo\s+update\b/i.test(sql.slice(end))) return undefined
  return sql.slice(0, end) + `, ${group}`.repeat(count - 1) + sql.slice(end)
}
