/**
 * Merges two maps that come from a third, entry by entry: what one side alone changed, added or removed counts. Ours come in their
 * order, then what they added. Conflicts are in neither.
 */
export function mergeEntries<T>(
  base: ReadonlyMap<string, T>,
  ours: ReadonlyMap<string, T>,
  theirs: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean,
): { readonly merged: ReadonlyMap<string, T>; readonly conflicts: readonly string[] } {
  const equal = (a: T | undefined, b: T | undefined) =>
    a === undefined || b === undefined ? a === b : same(a, b)
  const merged = new Map<string, T>()
  const conflicts: string[] = []
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const [old, our, their] = [base.get(key), ours.get(key), theirs.get(key)]
    if (!equal(our, their) && !equal(our, old) && !equal(their, old)) {
      conflicts.push(key)
      continue
    }
    const value = equal(our, old) ? their : our
    if (value !== undefined) merged.set(key, value)
  }
  return { merged, conflicts }
}
