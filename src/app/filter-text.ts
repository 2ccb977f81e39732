/** A text as a filter holds it. */
export function quoted(text: string): string {
  return `'${text.replaceAll('\\', '').replaceAll("'", "''")}'`
}
