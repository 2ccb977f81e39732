/** Turns `?` into `$1`, `$2` …, leaving those inside quotes alone. */
export function numbered(sql: string): string {
  let count = 0
  return sql.replaceAll(/'[^']*'|"[^"]*"|\?/g, (found) => (found === '?' ? `$${++count}` : found))
}
