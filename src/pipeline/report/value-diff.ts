import { toPlain, type Plain } from '../values/plain.ts'
import { reprText } from '../values/python-text.ts'
import { isList, isMap, valuesEqual, type Value } from '../values/value.ts'

export interface ValueChange {
  readonly old: Plain
  readonly new: Plain
  /** `new` less `old`, for numbers. */
  readonly diff?: number
}

/** Changes by file, then by dotted key. */
export type ValueDiff = Readonly<Record<string, Readonly<Record<string, ValueChange>>>>

/** What differs between two sets of files of values; with `all`, what is equal too. */
export function diffValues(
  before: ReadonlyMap<string, Value>,
  after: ReadonlyMap<string, Value>,
  options: { readonly all?: boolean; readonly difference?: boolean } = {},
): ValueDiff {
  const result: Record<string, Record<string, ValueChange>> = {}
  for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
    const [old, now] = [flat(before.get(path)), flat(after.get(path))]
    for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
      const [a, b] = [old.get(key) ?? null, now.get(key) ?? null]
      if (!options.all && valuesEqual(a, b)) continue
      const file = (result[path] ??= {})
      file[key] = change(a, b, options.difference === true)
    }
  }
  return result
}

function change(a: Value, b: Value, difference: boolean): ValueChange {
  const base = { old: shown(a), new: shown(b) }
  const numbers =
    (typeof a === 'number' || typeof a === 'bigint') &&
    (typeof b === 'number' || typeof b === 'bigint')
  return difference && numbers ? { ...base, diff: Number(b) - Number(a) } : base
}

/** A list is one value, which DVC prints as Python does. */
function shown(value: Value): Plain {
  return isList(value) ? reprText(value) : toPlain(value)
}

function flat(
  value: Value | undefined,
  prefix = '',
  into = new Map<string, Value>(),
): Map<string, Value> {
  if (value === undefined) return into
  if (!isMap(value) || value.size === 0) {
    if (prefix !== '' || !isMap(value)) into.set(prefix, value)
    return into
  }
  for (const [key, inner] of value) flat(inner, prefix === '' ? key : `${prefix}.${key}`, into)
  return into
}
