import { refuseMergeMarks } from './merge-marks.ts'
import { invalid } from './invalid.ts'
import type { Value } from './value.ts'

/**
 * JSON as Python's `json.loads` takes it: ints apart from floats, NaN and Infinity allowed, keys in their order.
 * Errors: `pipeline_invalid` with line and column.
 */
export function readJson(text: string, file: string): Value {
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0

  const fail = (problem: string): never => {
    refuseMergeMarks(text, file)
    const before = text.slice(0, at).split('\n')
    throw invalid(file, { line: before.length, column: (before.at(-1) ?? '').length + 1 }, problem)
  }
  const blank = (): void => {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1
  }
  const string = (): string => {
    const match = stringPattern(text, at)
    if (match === undefined) return fail('a string is not closed, or holds a raw control character')
    try {
      const value: unknown = JSON.parse(match)
      at += match.length
      return String(value)
    } catch {
      return fail('a string holds an escape that JSON does not know')
    }
  }
  const scalar = (): Value => {
    const word = /^(?:-?Infinity|NaN|true|false|null|-?\d[\d.eE+-]*)/.exec(
      text.slice(at, at + 400),
    )?.[0]
    if (word === undefined)
      return fail(at < text.length ? `unexpected ${text.charAt(at)}` : 'the file ends early')
    if (/^-?\d/.test(word) && !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word)) {
      return fail(`${word} is not a number`)
    }
    at += word.length
    if (word === 'true' || word === 'false') return word === 'true'
    if (word === 'null') return null
    return /^-?\d+$/.test(word) ? BigInt(word) : Number(word)
  }
  const value = (depth: number): Value => {
    if (depth > 1000) return fail('the nesting is too deep')
    blank()
    const first = text.charAt(at)
    if (first === '"') return string()
    if (first !== '{' && first !== '[') return scalar()
    const map = new Map<string, Value>()
    const list: Value[] = []
    const close = first === '{' ? '}' : ']'
    at += 1
    blank()
    if (text.charAt(at) === close) {
      at += 1
      return first === '{' ? map : list
    }
    for (;;) {
      if (first === '{') {
        blank()
        if (text.charAt(at) !== '"')
          return fail(
            map.size > 0 && text.charAt(at) === close
              ? 'a comma stands before the } and nothing follows it'
              : 'a key must be in double quotes',
          )
        const key = string()
        blank()
        if (text.charAt(at) !== ':') return fail('a colon is missing after the key')
        at += 1
        map.set(key, value(depth + 1))
      } else list.push(value(depth + 1))
      blank()
      const next = text.charAt(at)
      if (next !== ',' && next !== close) return fail(`a comma or ${close} is missing`)
      at += 1
      if (next === close) return first === '{' ? map : list
    }
  }

  const result = value(0)
  blank()
  if (at < text.length) fail('text follows the value')
  return result
}

/** The quoted string that starts at `at`, with its quotes. */
function stringPattern(text: string, at: number): string | undefined {
  for (let end = at + 1; end < text.length; end += 1) {
    const unit = text.charCodeAt(end)
    if (unit === 0x22) return text.slice(at, end + 1)
    if (unit < 0x20) return undefined
    if (unit === 0x5c) end += 1
  }
  return undefined
}
