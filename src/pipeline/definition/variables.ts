import { join, normalize } from 'node:path/posix'
import { isMap, valueAt, type Value, type ValueMap } from '../values/value.ts'
import { TemplateError, textOf } from './template.ts'

/** Reads a params file of the repository by its path there; `undefined` when there is none. */
export type ReadParams = (path: string) => ValueMap | undefined

/** What `${…}` can name: merged from files and inline maps, where no leaf may be given twice. */
export interface Variables {
  readonly values: ValueMap
  /** Files loaded so far: whole, or which of their keys. */
  readonly loaded: ReadonlyMap<string, 'whole' | readonly string[]>
}

export const noVariables: Variables = { values: new Map(), loaded: new Map() }

/** Adds `vars` entries, each `file`, `file:key1,key2` or a map, in order. Throws TemplateError. */
export function addVariables(
  present: Variables,
  entries: readonly Value[],
  folder: string,
  read: ReadParams,
): Variables {
  let values = present.values
  const loaded = new Map(present.loaded)
  for (const entry of entries) {
    if (isMap(entry)) {
      values = merge(values, entry, '')
      continue
    }
    const [file = '', keyText = ''] = split(textOf(entry))
    const path = normalize(join(folder, file))
    const keys = keyText.split(',').filter((key) => key !== '')
    const before = loaded.get(path)
    if (before === 'whole' && keys.length === 0) continue
    if (
      before !== undefined &&
      (before === 'whole' || keys.length === 0 || keys.some((key) => before.includes(key)))
    ) {
      throw new TemplateError(`${file} is loaded already, as a whole or in the same part`)
    }
    const content = read(path)
    if (content === undefined)
      throw new TemplateError(`there is no file ${path} to take variables from`)
    values = merge(values, keys.length === 0 ? content : part(content, keys, file), '')
    loaded.set(path, keys.length === 0 ? 'whole' : [...(before ?? []), ...keys])
  }
  return { values, loaded }
}

function split(entry: string): [string, string] {
  const colon = entry.indexOf(':')
  return colon === -1 ? [entry, ''] : [entry.slice(0, colon), entry.slice(colon + 1)]
}

function part(content: ValueMap, keys: readonly string[], file: string): ValueMap {
  const chosen = new Map<string, Value>()
  for (const key of keys) {
    const value = content.get(key) ?? valueAt(content, key)
    if (value === undefined) throw new TemplateError(`${file} has no key '${key}'`)
    chosen.set(key, value)
  }
  return chosen
}

function merge(into: ValueMap, from: ValueMap, path: string): ValueMap {
  const merged = new Map(into)
  for (const [key, value] of from) {
    const present = merged.get(key)
    const name = `${path}${key}`
    if (present === undefined) merged.set(key, value)
    else if (isMap(present) && isMap(value)) merged.set(key, merge(present, value, `${name}.`))
    else throw new TemplateError(`'${name}' is given twice; every variable has one source`)
  }
  return merged
}
