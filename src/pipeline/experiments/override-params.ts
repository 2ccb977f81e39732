import { extname } from 'node:path'
import { isCollection, parseDocument } from 'yaml'
import { TidemillError } from '#contract'

/**
 * The text of a params file with one value set, `key` dotted and `value` read as YAML; comments and order stay. Errors:
 * `invalid_input` for a file that is neither YAML nor JSON, and for a key that leads through something that is no map or list.
 */
export function overrideParam(text: string, file: string, key: string, value: string): string {
  if (!['.yaml', '.yml', '.json'].includes(extname(file).toLowerCase())) {
    throw new TidemillError('invalid_input', {
      problem: `${file} is neither YAML nor JSON; change ${key} there by hand`,
    })
  }
  const document = parseDocument(text, { version: '1.2' })
  const [broken] = document.errors
  if (broken)
    throw new TidemillError('invalid_input', {
      problem: `${file}: ${broken.message.split('\n')[0]}`,
    })
  const path = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part))
  for (let depth = 1; depth < path.length; depth += 1) {
    const above: unknown = document.getIn(path.slice(0, depth), true)
    if (above !== undefined && !isCollection(above)) {
      throw new TidemillError('invalid_input', {
        problem: `${file}: ${path.slice(0, depth).join('.')} is a single value, so it has no ${key}`,
      })
    }
  }
  document.setIn(path, parseDocument(value).contents)
  return document.toString({ lineWidth: 0 })
}
