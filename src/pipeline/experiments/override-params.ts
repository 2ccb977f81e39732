import { extname } from 'node:path'
import { TidemillError } from '#contract/error'
import { yamlLibrary } from '../values/libraries.ts'
import { overrideJson } from './override-json.ts'

/** `file:key=value` in its parts; params.yaml unless a file is named. Errors: `bad_request`. */
export function splitOverride(assignment: string): {
  readonly file: string
  readonly key: string
  readonly value: string
} {
  const equals = assignment.indexOf('=')
  if (equals <= 0) {
    throw new TidemillError('bad_request', {
      problem: `${assignment} is not of the form key=value`,
    })
  }
  const name = assignment.slice(0, equals)
  const value = assignment.slice(equals + 1)
  const colon = name.indexOf(':')
  return colon === -1
    ? { file: 'params.yaml', key: name, value }
    : { file: name.slice(0, colon), key: name.slice(colon + 1), value }
}

/**
 * The text of a params file with one value set, `key` dotted and `value` read as YAML; comments and order stay. Errors:
 * `bad_request` for a file that is neither YAML nor JSON, and for a key that leads through something that is no map or list.
 */
export function overrideParam(text: string, file: string, key: string, value: string): string {
  const ending = extname(file).toLowerCase()
  if (!['.yaml', '.yml', '.json'].includes(ending)) {
    throw new TidemillError('bad_request', {
      problem: `${file} is neither YAML nor JSON; change ${key} there by hand`,
    })
  }
  const { isCollection, parseDocument } = yamlLibrary()
  const given = parseDocument(value)
  if (given.errors.length > 0)
    throw new TidemillError('bad_request', {
      problem: `${key}=${value} is not a whole value: ${given.errors[0]?.message.split('\n')[0]}`,
    })
  if (ending === '.json') return overrideJson(text, file, key, value)
  const document = parseDocument(text, { version: '1.2' })
  const [broken] = document.errors
  if (broken)
    throw new TidemillError('bad_request', {
      problem: `${file}: ${broken.message.split('\n')[0]}`,
    })
  const path = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  for (let depth = 1; depth < path.length; depth += 1) {
    const above: unknown = document.getIn(path.slice(0, depth), true)
    if (above !== undefined && !isCollection(above)) {
      throw new TidemillError('bad_request', {
        problem: `${file}: ${path.slice(0, depth).join('.')} is a single value, so it has no ${key}`,
      })
    }
  }
  document.setIn(path, given.contents)
  return document.toString({ lineWidth: 0 })
}
