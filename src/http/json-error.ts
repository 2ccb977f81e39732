const token =
  /(?<text>")|(?<value>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null)|(?<mark>[{}[\],:])/y

type Expected = 'value' | 'value-or-close' | 'key' | 'key-or-close' | 'colon' | 'comma' | 'end'

/** Where a text stops being JSON, for people; the engine's own message says no place for most mistakes. */
export function jsonMistake(text: string): string | undefined {
  const at = firstMistake(text)
  if (at === undefined) return undefined
  const before = text.slice(0, at)
  const place = `line ${before.split('\n').length}, column ${at - before.lastIndexOf('\n')}`
  return at >= text.length
    ? `it ends too early, at ${place}`
    : `${JSON.stringify(text[at])} at ${place}`
}

function firstMistake(text: string): number | undefined {
  const open: string[] = []
  let expected: Expected = 'value'
  let at = 0
  for (;;) {
    while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at++
    if (at === text.length) return expected === 'end' ? undefined : at
    token.lastIndex = at
    const groups = token.exec(text)?.groups
    if (!groups) return at
    const isValue = expected === 'value' || expected === 'value-or-close'
    const start = at
    at = token.lastIndex
    const { mark } = groups
    if (groups.text !== undefined) {
      if (expected === 'key' || expected === 'key-or-close') expected = 'colon'
      else if (isValue) expected = open.length === 0 ? 'end' : 'comma'
      else return start
      const end = endOfText(text, at)
      if (!end.closed) return end.at
      at = end.at
    } else if (groups.value !== undefined) {
      if (!isValue) return start
      expected = open.length === 0 ? 'end' : 'comma'
    } else if ((mark === '{' || mark === '[') && isValue) {
      open.push(mark)
      expected = mark === '{' ? 'key-or-close' : 'value-or-close'
    } else if (mark === ':' && expected === 'colon') {
      expected = 'value'
    } else if (mark === ',' && expected === 'comma') {
      expected = open.at(-1) === '{' ? 'key' : 'value'
    } else if (
      mark === (open.at(-1) === '{' ? '}' : ']') &&
      (expected === 'comma' || expected.endsWith('-close'))
    ) {
      open.pop()
      expected = open.length === 0 ? 'end' : 'comma'
    } else {
      return start
    }
  }
}

/** From after the opening quote: after the closing one, or where the text goes wrong. */
function endOfText(text: string, from: number): { readonly at: number; readonly closed: boolean } {
  for (let at = from; at < text.length; at++) {
    const unit = text.charAt(at)
    if (unit === '"') return { at: at + 1, closed: true }
    if (unit < ' ') return { at, closed: false }
    if (unit !== '\\') continue
    const escape = /^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
    if (!escape) return { at, closed: false }
    at += escape[0].length
  }
  return { at: text.length, closed: false }
}
