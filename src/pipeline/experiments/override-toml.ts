import { TidemillError } from '#contract/error'
import { readParamsFile } from '../values/params-file.ts'
import { floatText } from '../values/python-text.ts'
import { isList, isMap, valueAt, valuesIdentical, type Value } from '../values/value.ts'
import { valueWith, valueWithout } from './override-json.ts'
import { scanToml } from './scan-toml.ts'

/**
 * The text of a TOML file with one value set: that value's text changes, or a line is added, and nothing else. What was meant is
 * compared with what the new text says. Errors: `bad_request` for a path that leads through a single value, for null, which TOML
 * has not, and for a table in whose place a value is to be.
 */
export function setInToml(
  text: string,
  file: string,
  path: readonly string[],
  value: Value,
): string {
  const before = readParamsFile(text, file)
  const wanted = valueWith(before, file, path, value)
  return checked(edited(text, path, wanted), file, path, wanted)
}

/** The text of a TOML file without the value at a path. Errors: `bad_request` for a table. */
export function removeFromToml(text: string, file: string, path: readonly string[]): string {
  const wanted = valueWithout(readParamsFile(text, file), path)
  const line = scanToml(text).lines.find((each) => isWithin(path, each.path))
  if (!line) throw byHand(file, path)
  const after =
    line.path.length === path.length
      ? text.slice(0, line.start) + text.slice(line.end)
      : edited(text, path, wanted)
  return checked(after, file, path, wanted)
}

/** The text in which the line that a path lies in says what is wanted there; a new line where there is none. */
function edited(text: string, path: readonly string[], wanted: Value): string {
  const { lines, tables } = scanToml(text)
  const line = lines.find((each) => isWithin(path, each.path))
  if (line) {
    const inline = inlineText(valueAt(wanted, line.path.join('.')) ?? null)
    return text.slice(0, line.valueStart) + inline + text.slice(line.valueEnd)
  }
  const above = tables
    .filter((table) => table.path.length < path.length && isWithin(path, table.path))
    .toSorted((a, b) => b.path.length - a.path.length)
  const [{ path: table, end } = { path: [], end: 0 }] = above
  const name = path.slice(table.length).map(keyText).join('.')
  const added = `${name} = ${inlineText(valueAt(wanted, path.join('.')) ?? null)}\n`
  const gap = end > 0 && text[end - 1] !== '\n' ? '\n' : ''
  return text.slice(0, end) + gap + added + text.slice(end)
}

function isWithin(path: readonly string[], above: readonly string[]): boolean {
  return above.every((part, at) => path[at] === part)
}

function checked(text: string, file: string, path: readonly string[], wanted: Value): string {
  try {
    if (valuesIdentical(readParamsFile(text, file), wanted)) return text
  } catch {
    // a text that says nothing does not say what is wanted
  }
  throw byHand(file, path)
}

function byHand(file: string, path: readonly string[]): TidemillError {
  return new TidemillError('bad_request', {
    problem: `${path.join('.')} in ${file} is a table or lies across several; change it there by hand`,
  })
}

function inlineText(value: Value): string {
  if (value === null)
    throw new TidemillError('bad_request', { problem: 'a TOML file cannot hold null' })
  if (isList(value)) return `[${value.map(inlineText).join(', ')}]`
  if (isMap(value)) {
    const pairs = [...value].map(([key, inner]) => `${keyText(key)} = ${inlineText(inner)}`)
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
  }
  if (typeof value === 'number') {
    if (Number.isNaN(value)) return 'nan'
    return Number.isFinite(value) ? floatText(value) : value > 0 ? 'inf' : '-inf'
  }
  return typeof value === 'string' ? stringText(value) : String(value)
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : stringText(key)
}

function stringText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f')
}
