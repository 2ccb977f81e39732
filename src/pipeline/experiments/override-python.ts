import { TidemillError } from '#contract/error'
import { reprText } from '../values/python-text.ts'
import { scanPython } from '../values/read-python.ts'
import { isList, isMap, valueAt, valuesIdentical, type Value } from '../values/value.ts'
import { valueWith } from './override-json.ts'

/**
 * The text of a Python file with one value set: the literal of an assignment at the top level or in a class changes, as Python would
 * print it, and nothing else. Errors: `bad_request` for what is not assigned on its own there, and for maps and tuples.
 */
export function setInPython(
  text: string,
  file: string,
  path: readonly string[],
  value: Value,
): string {
  const { values, params } = scanPython(text, file)
  const param = params.findLast((each) => each.path.every((part, at) => path[at] === part))
  const before = param ? text.slice(param.start, param.end) : ''
  if (!param || /^[({]/.test(before)) throw pythonByHand(file, path)
  const wanted = valueWith(values, file, path, value)
  const literal = literalText(valueAt(wanted, param.path.join('.')) ?? null, before)
  const after = text.slice(0, param.start) + literal + text.slice(param.end)
  if (hasMap(value) || !valuesIdentical(scanPython(after, file).values, wanted))
    throw pythonByHand(file, path)
  return after
}

export function pythonByHand(file: string, path: readonly string[]): TidemillError {
  return new TidemillError('bad_request', {
    problem: `${path.join('.')} is no single value or list that ${file} assigns at its top level or in a class; change it there by hand`,
  })
}

/** A text keeps the marks that it had. */
function literalText(value: Value, before: string): string {
  const marks = before.startsWith('"') && !before.startsWith('"""')
  const text = reprText(value)
  return typeof value === 'string' && marks && !/["\\]/.test(text) ? `"${value}"` : text
}

function hasMap(value: Value): boolean {
  return isMap(value) || (isList(value) && value.some(hasMap))
}
