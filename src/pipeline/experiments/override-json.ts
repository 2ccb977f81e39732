import { TidemillError } from '#contract/error'
import { jsonNumber } from '../values/python-json.ts'
import { readJson } from '../values/read-json.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value } from '../values/value.ts'

/**
 * The text of a JSON file with one value set, `key` dotted and `value` read as YAML. Its indentation, the order of its keys and the
 * kinds of its numbers stay: 1.0 does not become 1. Errors: `bad_request` for a key that leads through a single value.
 */
export function overrideJson(text: string, file: string, key: string, value: string): string {
  const root = text.trim() === '' ? new Map<string, Value>() : readJson(text, file)
  const path = key.split('.')
  const fail = (depth: number): never => {
    throw new TidemillError('bad_request', {
      problem: `${file}: ${path.slice(0, depth).join('.')} is a single value, so it has no ${key}`,
    })
  }
  const changed = withValue(root, path, 0, readYaml(value, key).value, fail)
  const indent = /^[{[]\s*\n([ \t]+)/.exec(text.trimStart())?.[1]
  return `${jsonText(changed, indent, '')}\n`
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
