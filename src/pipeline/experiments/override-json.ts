import { TidemillError } from '#contract/error'
import { jsonNumber } from '../values/python-json.ts'
import { readJson } from '../values/read-json.ts'
import { isList, isMap, type Value } from '../values/value.ts'

/**
 * The text of a JSON file with one value set. Its indentation, the order of its keys and the kinds of its numbers stay: 1.0 does not
 * become 1. Errors: `bad_request` for a path that leads through a single value.
 */
export function setInJson(
  text: string,
  file: string,
  path: readonly string[],
  value: Value,
): string {
  const root = text.trim() === '' ? new Map<string, Value>() : readJson(text, file)
  return laidOutAs(text, valueWith(root, file, path, value))
}

/** The text of a JSON file without the value at a path. */
export function removeFromJson(text: string, file: string, path: readonly string[]): string {
  return laidOutAs(text, valueWithout(readJson(text, file), path))
}

function laidOutAs(text: string, value: Value): string {
  const indent = /^[{[]\s*\n([ \t]+)/.exec(text.trimStart())?.[1]
  return `${jsonText(value, indent, '')}\n`
}

/** A value with another one at a path in it. Errors: `bad_request` for a path that leads through a single value. */
export function valueWith(root: Value, file: string, path: readonly string[], value: Value): Value {
  return withValue(root, path, 0, value, (depth) => {
    throw new TidemillError('bad_request', {
      problem: `${file}: ${path.slice(0, depth).join('.')} is a single value, so it has no ${path.join('.')}`,
    })
  })
}

/** A value without what lies at a path in it. */
export function valueWithout(root: Value, [part = '', ...rest]: readonly string[]): Value {
  const inner = (value: Value | undefined): Value => valueWithout(value ?? null, rest)
  if (isList(root)) {
    const at = Number(part)
    return rest.length === 0 ? root.toSpliced(at, 1) : root.with(at, inner(root[at]))
  }
  if (!isMap(root)) return root
  const changed = new Map(root)
  if (rest.length === 0) changed.delete(part)
  else changed.set(part, inner(root.get(part)))
  return changed
}

function withValue(
  here: Value | undefined,
  path: readonly string[],
  depth: number,
  value: Value,
  fail: (depth: number) => never,
): Value {
  const part = path[depth]
  if (part === undefined) return value
  if (isList(here)) {
    const items: Value[] = [...here]
    if (!/^\d+$/.test(part) || Number(part) > items.length) return fail(depth + 1)
    items[Number(part)] = withValue(items[Number(part)], path, depth + 1, value, fail)
    return items
  }
  if (here !== undefined && !isMap(here)) return fail(depth)
  const inner = new Map<string, Value>(here)
  return inner.set(part, withValue(inner.get(part), path, depth + 1, value, fail))
}

function jsonText(value: Value, indent: string | undefined, margin: string): string {
  if (typeof value === 'number') return jsonNumber(value)
  if (typeof value === 'bigint') return value.toString()
  const deeper = margin + (indent ?? '')
  const items = isMap(value)
    ? [...value].map(([key, each]) => `${JSON.stringify(key)}: ${jsonText(each, indent, deeper)}`)
    : isList(value)
      ? value.map((each) => jsonText(each, indent, deeper))
      : undefined
  if (items === undefined) return JSON.stringify(value)
  const [open, close] = isMap(value) ? ['{', '}'] : ['[', ']']
  if (items.length === 0 || indent === undefined) return `${open}${items.join(', ')}${close}`
  return `${open}\n${deeper}${items.join(`,\n${deeper}`)}\n${margin}${close}`
}
