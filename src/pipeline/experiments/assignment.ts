import { join, relative } from 'node:path'
import { TidemillError } from '#contract/error'
import { writablePath } from '../files/writable-path.ts'
import { didYouMean } from '../near-word.ts'
import { readText } from '../repository.ts'
import { readParamsFile } from '../values/params-file.ts'
import { isList, isMap, pathsIn, valueAt, valuesEqual, type Value } from '../values/value.ts'
import { readGiven, removeParam, setParam } from './override-params.ts'

/** What an experiment changes in a params file, in DVC's words, which are Hydra's. */
export interface Assignment {
  readonly file: string
  /** '' for a parameter that is there, '+' for one that is not, '++' for either, '~' to remove it. */
  readonly how: '' | '+' | '++' | '~'
  /** Dotted. */
  readonly key: string
  /** Read as YAML; of one that is removed what it must be, `undefined` for whatever it is. */
  readonly value: string | undefined
}

/** `[file:][+|++|~]key=value` in its parts; params.yaml unless a file is named. Errors: `bad_request`. */
export function readAssignment(text: string): Assignment {
  const [, file = 'params.yaml', how = '', key = '', value] =
    /^(?:([^=:]*):)?(\+\+|\+|~)?([^=]*?)\s*(?:=(.*))?$/s.exec(text) ?? []
  if (key === '' || (value === undefined && how !== '~'))
    throw wrong(`${text} is not of the form key=value`)
  const isAny = how === '~' && value === ''
  return { file, how: how as Assignment['how'], key, value: isAny ? undefined : value }
}

/**
 * The texts of params files with these set, by their paths from the root; their names are meant from `folder`. Errors: `not_found` for
 * a file, `conflict` for one outside; `bad_request` for a parameter that is not there, or is there and was to be added, and for what
 * cannot be set.
 */
export function assignedFiles(
  root: string,
  folder: string,
  assignments: readonly string[],
): ReadonlyMap<string, string> {
  const texts = new Map<string, string>()
  for (const assignment of assignments.map(readAssignment)) {
    const { file } = assignment
    const path = relative(root, join(folder, file))
    const text = texts.get(path) ?? readText(writablePath(root, path))
    if (text === undefined)
      throw new TidemillError('not_found', { kind: 'params file', name: file })
    texts.set(path, assigned(text, assignment))
  }
  return texts
}

function assigned(text: string, { file, how, key, value }: Assignment): string {
  const path = key.split('.')
  const before = valueAt(readParamsFile(text, file), key)
  if (how === '~') {
    if (before === undefined) throw wrong(`${file} has no ${key} that could be removed`)
    if (value !== undefined && !valuesEqual(readGiven(value, key), before))
      throw wrong(`${key} in ${file} is not ${value}: write ~${key} to remove it whatever it is`)
    return removeParam(text, file, path)
  }
  const wanted = readGiven(value ?? '', key)
  const isOne = !isMap(wanted) && !isList(wanted)
  if (how === '+' && isOne && before !== undefined && before !== null)
    throw wrong(`${file} has ${key} already: leave the + away, or write ++${key}=${value}`)
  return withAll(text, file, path, wanted, before, how === '')
}

/** A map changes the keys that it has; the others stay. */
function withAll(
  text: string,
  file: string,
  path: readonly string[],
  wanted: Value,
  before: Value | undefined,
  known: boolean,
): string {
  if (isMap(wanted) && isMap(before)) {
    return [...wanted].reduce(
      (done, [name, inner]) => withAll(done, file, [...path, name], inner, before.get(name), known),
      text,
    )
  }
  const changed = setParam(text, file, path, wanted)
  if (known && before === undefined) throw unknownParam(text, file, path.join('.'))
  return changed
}

function unknownParam(text: string, file: string, name: string): TidemillError {
  const near = didYouMean(name, pathsIn(readParamsFile(text, file)))
  return wrong(`${file} has no ${name}${near}: to add it, write +${name}=…`)
}

function wrong(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}
