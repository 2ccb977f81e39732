import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'
import { TidemillError } from '#contract/error'
import { git } from '../git.ts'
import type { DataFile, Dependency, Output, ParamsDependency, Stage } from '../model.ts'
import { didYouMean } from '../near-word.ts'
import { readText, type Repository } from '../repository.ts'
import { readParamsFile } from '../values/params-file.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, pathsIn, type Value } from '../values/value.ts'

type Files = Repository['files']
type Section = 'deps' | 'params' | 'outs' | 'metrics' | 'plots'

/** Where something stands in a file: its keys, and whether it is the last key itself. */
interface Found {
  readonly keys: readonly (string | number)[]
  readonly isKey: boolean
}

/** The error of a dependency that is not there: where the stage names it, and what may have been meant. */
export function missingDependency(files: Files, stage: Stage, dep: Dependency): TidemillError {
  const near = didYouMean(dep.target, namesIn(files, dirname(dep.target)))
  const place = placeOf(files.root, stage, 'deps', dep.path)
  return notThere(place, stage.address, `${dep.target}${near}`, remedyOf(files, dep.target))
}

/** The error of a parameter that is not there, or of the whole file. */
export function missingParameter(
  files: Files,
  stage: Stage,
  { path, target }: ParamsDependency,
  key?: string,
): TidemillError {
  const place = placeOf(files.root, stage, 'params', key ?? path, path)
  if (key === undefined) return notThere(place, stage.address, target, remedyOf(files, target))
  const present = readParamsFile(readText(files.absolute(target)) ?? '', target)
  const near = didYouMean(key, pathsIn(present))
  return notThere(place, stage.address, `${target}:${key}${near}`, `add it to ${target}`)
}

/** The error of an output that nothing makes: of data, or of a stage that is frozen. */
export function missingOutput(files: Files, node: Stage | DataFile, out: Output): TidemillError {
  const section = { out: 'outs', metric: 'metrics', plot: 'plots' } as const
  const place =
    'cmd' in node ? placeOf(files.root, node, section[out.kind], out.path) : `${node.file}:1:1`
  return notThere(place, node.address, out.target, remedyOf(files, out.target))
}

function notThere(place: string, stage: string, path: string, remedy: string): TidemillError {
  return new TidemillError('dependency_missing', { place, stage, path, remedy })
}

/** What brings a file back: Git, where it keeps it. */
function remedyOf({ root }: Files, path: string): string {
  return git(root, ['--literal-pathspecs', 'ls-files', '--', path])
    ? 'bring it back with git restore: Git keeps it'
    : 'make it, or bring it back with: tidemill checkout or tidemill pull'
}

/** Where dvc.yaml names it: `dvc.yaml:12:7`; of a parameter, under its file where that is named. */
function placeOf(
  root: string,
  stage: Stage,
  section: Section,
  name: string,
  file?: string,
): string {
  const yaml = readYaml(readText(join(root, stage.file)) ?? '', stage.file)
  const top = ['stages', stage.group ?? stage.name]
  const written = under(yaml.value, top)
  const body = isMap(written) && written.has('do') ? [...top, 'do'] : top
  const inSection = [...body, section]
  const ofFile = file === undefined ? undefined : find(yaml.value, inSection, file)
  const found =
    (ofFile?.isKey && name !== file ? find(yaml.value, ofFile.keys, name) : undefined) ??
    find(yaml.value, inSection, name)
  const { line, column } = found
    ? yaml.place(found.keys, found.isKey ? 'key' : 'value')
    : yaml.place(inSection, 'key')
  return `${stage.file}:${line}:${column}`
}

/** As it is written, else as `${…}` may come to it: found by what stands around that. */
function find(value: Value, keys: Found['keys'], name: string): Found | undefined {
  const inner = under(value, keys)
  return (
    keysTo(inner, (text) => text === name, keys) ??
    keysTo(inner, (text) => mayBecome(text, name), keys)
  )
}

function under(value: Value, keys: Found['keys']): Value {
  return keys.reduce<Value>((inner, key) => {
    if (isMap(inner)) return inner.get(String(key)) ?? null
    return isList(inner) ? (inner[Number(key)] ?? null) : null
  }, value)
}

function keysTo(
  value: Value,
  fits: (text: string) => boolean,
  keys: Found['keys'],
): Found | undefined {
  const entries: readonly (readonly [string | number, Value])[] = isList(value)
    ? [...value.entries()]
    : isMap(value)
      ? [...value]
      : []
  // what stands here comes before what stands in it
  for (const [key, inner] of entries) {
    if (typeof key === 'string' && fits(key)) return { keys: [...keys, key], isKey: true }
    if (typeof inner === 'string' && fits(inner)) return { keys: [...keys, key], isKey: false }
  }
  for (const [key, inner] of entries) {
    const found = keysTo(inner, fits, [...keys, key])
    if (found) return found
  }
  return undefined
}

function mayBecome(text: string, name: string): boolean {
  if (!text.includes('${')) return false
  const parts = text.split(/\$\{[^}]*\}/)
  let at = 0
  for (const part of parts) {
    const found = name.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return name.startsWith(parts[0] ?? '') && name.endsWith(parts.at(-1) ?? '')
}

function namesIn(files: Files, folder: string): readonly string[] {
  try {
    return readdirSync(files.absolute(folder)).map((name) => join(folder, name))
  } catch {
    return []
  }
}
