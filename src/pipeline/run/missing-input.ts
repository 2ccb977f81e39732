import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { dirname, join as joinPath } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import type { DataFile, Dependency, ParamsDependency, Stage } from '../model.ts'
import { didYouMean } from '../near-word.ts'
import { readText } from '../repository.ts'
import { readParamsFile } from '../values/params-file.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, pathsIn, type Value } from '../values/value.ts'

type Keys = readonly (string | number)[]

/** The error of a dependency that is not there: where the stage names it, and what may have been meant. */
export function missingDependency(root: string, stage: Stage, dep: Dependency): TidemillError {
  const folder = dirname(dep.target)
  const near = didYouMean(dep.target, namesIn(root, folder))
  return missing(root, stage, 'deps', dep.path, `${dep.target}${near}`)
}

/** The error of a parameter that is not there, or of the whole file. */
export function missingParameter(
  root: string,
  stage: Stage,
  { path, target }: ParamsDependency,
  key?: string,
): TidemillError {
  if (key === undefined) return missing(root, stage, 'params', path, target)
  const present = readParamsFile(readText(join(root, target)) ?? '', target)
  const near = didYouMean(key, pathsIn(present))
  return missing(root, stage, 'params', key, `${target}:${key}${near}`)
}

/** The error of an output that nothing makes: of data, or of a stage that is frozen. */
export function missingOutput(root: string, node: Stage | DataFile, target: string): TidemillError {
  if ('cmd' in node) return missing(root, node, 'outs', target, target)
  return notThere(`${node.file}:1:1`, node.address, target)
}

function missing(
  root: string,
  stage: Stage,
  section: 'deps' | 'params' | 'outs',
  name: string,
  path: string,
): TidemillError {
  return notThere(placeOf(root, stage, section, name), stage.address, path)
}

function notThere(place: string, stage: string, path: string): TidemillError {
  return new TidemillError('dependency_missing', { place, stage, path })
}

/** Where dvc.yaml names it: `dvc.yaml:12:7`. What is named with `${…}` is found by what stands around that. */
function placeOf(root: string, stage: Stage, section: string, name: string): string {
  const yaml = readYaml(readText(join(root, stage.file)) ?? '', stage.file)
  const top = ['stages', stage.group ?? stage.name]
  const written = under(yaml.value, top)
  const body = isMap(written) && written.has('do') ? [...top, 'do'] : top
  const inSection = [...body, section]
  const found = keysTo(under(yaml.value, inSection), name, inSection)
  const { line, column } = found
    ? yaml.place(found.keys, found.isKey ? 'key' : 'value')
    : yaml.place(inSection, 'key')
  return `${stage.file}:${line}:${column}`
}

function under(value: Value, keys: readonly string[]): Value {
  return keys.reduce<Value>((inner, key) => (isMap(inner) ? (inner.get(key) ?? null) : null), value)
}

function keysTo(
  value: Value,
  name: string,
  keys: Keys,
): { readonly keys: Keys; readonly isKey: boolean } | undefined {
  if (isList(value)) {
    for (const [index, item] of value.entries()) {
      const found = keysTo(item, name, [...keys, index])
      if (found) return found
    }
    return undefined
  }
  if (isMap(value)) {
    for (const [key, inner] of value) {
      if (isWritten(key, name)) return { keys: [...keys, key], isKey: true }
      const found = keysTo(inner, name, [...keys, key])
      if (found) return found
    }
    return undefined
  }
  return typeof value === 'string' && isWritten(value, name) ? { keys, isKey: false } : undefined
}

function isWritten(text: string, name: string): boolean {
  if (!text.includes('${')) return text === name
  const parts = text.split(/\$\{[^}]*\}/)
  let at = 0
  for (const part of parts) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return name.startsWith(parts[0] ?? '') && name.endsWith(parts.at(-1) ?? '')
}

function namesIn(root: string, folder: string): readonly string[] {
  try {
    return readdirSync(join(root, folder)).map((name) => joinPath(folder, name))
  } catch {
    return []
  }
}
