/** PostgreSQL cuts longer names to as many bytes, and says nothing. */
export const longestIdentifier = 63

/** A name inside SQL, as both databases and the query engine read it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
