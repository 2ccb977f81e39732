import { extname } from 'node:path'
import { TidemillError } from '#contract/error'
import { yamlLibrary } from '../values/libraries.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, type Value } from '../values/value.ts'
import { writeYaml } from '../values/write-yaml.ts'
import { removeFromJson, setInJson } from './override-json.ts'
import { pythonByHand, setInPython } from './override-python.ts'
import { removeFromToml, setInToml } from './override-toml.ts'

/**
 * The text of a params file with one value set, `key` dotted and `value` read as YAML, whether it is there already or not. Errors:
 * those of `readGiven` and `setParam`.
 */
export function overrideParam(text: string, file: string, key: string, value: string): string {
  return setParam(text, file, key.split('.'), readGiven(value, key))
}

/** A value as a user gives it. Errors: `bad_request` for half a one. */
export function readGiven(text: string, key: string): Value {
  if (text === '') return ''
  try {
    return readYaml(text, key).value
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw wrong(`${key}=${text} is not a whole value: ${problem}`)
  }
}

/**
 * The text of a params file with one value set; comments and order stay. Errors: `bad_request` for a file that is neither YAML, JSON,
 * TOML nor Python, and for a path that leads through something that is no map or list.
 */
export function setParam(
  text: string,
  file: string,
  path: readonly string[],
  value: Value,
): string {
  switch (kindOf(file, path)) {
    case '.json':
      return setInJson(text, file, path, value)
    case '.toml':
      return setInToml(text, file, path, value)
    case '.py':
      return setInPython(text, file, path, value)
    default:
      return setInYaml(text, file, path, value)
  }
}

/** The text of a params file without the value at a path, which is there. Errors: `bad_request` as of `setParam`. */
export function removeParam(text: string, file: string, path: readonly string[]): string {
  switch (kindOf(file, path)) {
    case '.json':
      return removeFromJson(text, file, path)
    case '.toml':
      return removeFromToml(text, file, path)
    case '.py':
      throw pythonByHand(file, path)
    default: {
      const document = yamlOf(text, file)
      document.deleteIn(path.map(yamlKey))
      return document.toString({ lineWidth: 0 })
    }
  }
}

function kindOf(file: string, path: readonly string[]): string {
  const ending = extname(file).toLowerCase()
  if (['.yaml', '.yml', '.json', '.toml', '.py'].includes(ending)) return ending
  throw wrong(
    `${file} is neither YAML, JSON, TOML nor Python; change ${path.join('.')} there by hand`,
  )
}

function setInYaml(text: string, file: string, path: readonly string[], value: Value): string {
  const { isCollection, isScalar, isSeq, parseDocument } = yamlLibrary()
  const document = yamlOf(text, file)
  const keys = path.map(yamlKey)
  for (let depth = 1; depth < keys.length; depth += 1) {
    const above: unknown = document.getIn(keys.slice(0, depth), true)
    if (above !== undefined && !isCollection(above)) {
      throw wrong(
        `${file}: ${path.slice(0, depth).join('.')} is a single value, so it has no ${path.join('.')}`,
      )
    }
  }
  const node: unknown = parseDocument(writeYaml(new Map([['value', value]]))).get('value', true)
  const before: unknown = document.getIn(keys, true)
  if (isScalar(node) && isScalar(before) && before.comment) node.comment = before.comment
  if (isSeq(node) && isList(value)) node.flow = true
  document.setIn(keys, node)
  return document.toString({ lineWidth: 0 })
}

function yamlOf(
  text: string,
  file: string,
): ReturnType<ReturnType<typeof yamlLibrary>['parseDocument']> {
  const document = yamlLibrary().parseDocument(text, { version: '1.2' })
  const [broken] = document.errors
  if (broken) throw wrong(`${file}: ${broken.message.split('\n')[0]}`)
  return document
}

function yamlKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part
}

function wrong(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}
