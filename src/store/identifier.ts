/** A name inside SQL, as both databases and the query engine read it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
