import { flatValues, toPlain, type ValueMap } from '#pipeline'

/**
 * Names the values in the files of many rows alike: by `key`, or by `file:key` where several files have that key in any of the
 * rows. A column so never mixes two files.
 */
export function namedValues(
  rows: readonly ValueMap[],
): (files: ValueMap) => Record<string, unknown> {
  const filesOf = new Map<string, Set<string>>()
  for (const files of rows) {
    for (const [file, values] of files) {
      for (const key of flatValues(values).keys())
        filesOf.set(key, (filesOf.get(key) ?? new Set()).add(file))
    }
  }
  return (files) => {
    const named: Record<string, unknown> = {}
    for (const [file, values] of files) {
      for (const [key, value] of flatValues(values))
        named[(filesOf.get(key)?.size ?? 0) > 1 ? `${file}:${key}` : key] = toPlain(value)
    }
    return named
  }
}
