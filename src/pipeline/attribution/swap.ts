import { extname } from 'node:path'
import { pipelineFile, type Side } from './side.ts'
import { readParamsFile } from '../values/params-file.ts'
import { pythonJson } from '../values/python-json.ts'
import { isMap, type Value, type ValueMap } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'

/** One thing that is taken from the one side or the other: a file, or a value inside one. */
export type Swap =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'value'; readonly path: string; readonly keys: readonly string[] }

/** Whether single values of a file can be swapped; the rest is swapped as a whole. */
export function isMixable(path: string): boolean {
  return ['.yaml', '.yml', '.json'].includes(extname(path).toLowerCase())
}

/** The values of a dvc.yaml or a params file; an empty map where there is none. */
export function valuesOf(side: Side, path: string): ValueMap {
  if (path === 'dvc.yaml' || path.endsWith('/dvc.yaml')) return pipelineFile(side.source, path)
  const text = side.source.read(path)
  return text === undefined ? new Map<string, Value>() : readParamsFile(text, path)
}

/** A file of the first side with these values of the second in it; `undefined` when nothing is left of it. */
export function mixedText(
  from: Side,
  to: Side,
  path: string,
  swapped: readonly (readonly string[])[],
  all: number,
): string | undefined {
  if (swapped.length === 0) return from.source.read(path)
  if (swapped.length === all) return to.source.read(path)
  let values = valuesOf(from, path)
  const theirs = valuesOf(to, path)
  for (const keys of swapped) values = setAt(values, keys, getAt(theirs, keys))
  if (values.size === 0) return undefined
  return extname(path).toLowerCase() === '.json' ? pythonJson(values) : writeYaml(values)
}

export function getAt(values: Value | undefined, keys: readonly string[]): Value | undefined {
  let here = values
  for (const key of keys) here = isMap(here) ? here.get(key) : undefined
  return here
}

function setAt(values: ValueMap, keys: readonly string[], value: Value | undefined): ValueMap {
  const [key = '', ...rest] = keys
  const next = new Map(values)
  if (rest.length === 0) {
    if (value === undefined) next.delete(key)
    else next.set(key, value)
    return next
  }
  const inner = values.get(key)
  const changed = setAt(isMap(inner) ? inner : new Map<string, Value>(), rest, value)
  // a map that was there only for what went is gone too
  if (changed.size === 0 && value === undefined) next.delete(key)
  else next.set(key, changed)
  return next
}
