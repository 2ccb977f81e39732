/** A text inside SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
