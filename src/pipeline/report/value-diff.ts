import { flatValues } from '../values/flat-values.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { compareText, reprText } from '../values/python-text.ts'
import { isList, valuesEqual, type Value, type ValueMap } from '../values/value.ts'

export interface ValueChange {
  readonly old: Plain
  readonly new: Plain
  /** `new` less `old`, for numbers. */
  readonly diff?: number
}

/** Changes by file, then by dotted key. */
export type ValueDiff = Readonly<Record<string, Readonly<Record<string, ValueChange>>>>

/** One value that differs. */
export interface ValueChangeRow {
  readonly file: string
  readonly key: string
  /** `undefined` where there was nothing. */
  readonly old: Value | undefined
  readonly new: Value | undefined
  /** `new` less `old`, for numbers. */
  readonly diff?: Value
}

/** What differs between two sets of files of values, by file and dotted key; with `all`, what is equal too. */
export function diffValues(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  options: { readonly all?: boolean } = {},
): readonly ValueChangeRow[] {
  const rows: ValueChangeRow[] = []
  for (const file of sortedKeys(before, after)) {
    const [old, now] = [flatValues(before.get(file)), flatValues(after.get(file))]
    for (const key of sortedKeys(old, now)) {
      const [a, b] = [old.get(key), now.get(key)]
      if (!options.all && valuesEqual(a ?? null, b ?? null)) continue
      const diff = difference(a, b)
      rows.push({ file, key, old: a, new: b, ...(diff === undefined ? {} : { diff }) })
    }
  }
  return rows
}

function sortedKeys(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): string[] {
  return [...new Set([...a.keys(), ...b.keys()])].sort(compareText)
}

function difference(a: Value | undefined, b: Value | undefined): Value | undefined {
  if (typeof a === 'bigint' && typeof b === 'bigint') return b - a
  const numbers =
    (typeof a === 'number' || typeof a === 'bigint') &&
    (typeof b === 'number' || typeof b === 'bigint')
  return numbers ? Number(b) - Number(a) : undefined
}

/** Rows in the shape that DVC prints as JSON, ints apart from floats. */
export function diffTree(rows: readonly ValueChangeRow[]): ValueMap {
  const tree = new Map<string, Map<string, Value>>()
  for (const row of rows) {
    const file = tree.get(row.file) ?? new Map<string, Value>()
    tree.set(row.file, file)
    const change = new Map<string, Value>([
      ['old', shown(row.old ?? null)],
      ['new', shown(row.new ?? null)],
    ])
    if (row.diff !== undefined) change.set('diff', row.diff)
    file.set(row.key, change)
  }
  return tree
}

/** Rows as plain records. */
export function plainDiff(rows: readonly ValueChangeRow[]): ValueDiff {
  const result: Record<string, Record<string, ValueChange>> = {}
  for (const row of rows) {
    const file = (result[row.file] ??= {})
    file[row.key] = {
      old: toPlain(shown(row.old ?? null)),
      new: toPlain(shown(row.new ?? null)),
      ...(row.diff === undefined ? {} : { diff: Number(row.diff) }),
    }
  }
  return result
}

/** A list is one value, which DVC prints as Python does. */
function shown(value: Value): Value {
  return isList(value) ? reprText(value) : value
}
