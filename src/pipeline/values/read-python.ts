import { reprText } from './python-text.ts'
import { invalid } from './read-yaml.ts'
import type { Value } from './value.ts'

/** An assignment of a literal. */
export interface PythonParam {
  /** The name, behind the one of its class. */
  readonly path: readonly string[]
  readonly value: Value
  /** Where the literal stands in the text. */
  readonly start: number
  readonly end: number
}

/**
 * Parameters of a Python file as DVC collects them: assignments of literals at the top level, and those in class bodies under
 * the name of the class. Anything else in the file is passed over. Nothing is executed.
 */
export function readPython(text: string, file: string): Value {
  return scanPython(text, file).values
}

/** The parameters, and where each assignment stands. */
export function scanPython(
  text: string,
  file: string,
): { readonly values: ReadonlyMap<string, Value>; readonly params: readonly PythonParam[] } {
  const root = new Map<string, Value>()
  const params: PythonParam[] = []
  let into = root
  let owner: readonly string[] = []
  const lines = text.split('\n')
  const starts: number[] = []
  for (let at = 0; at < lines.length; at += 1)
    starts.push((starts.at(-1) ?? 0) + (at === 0 ? 0 : (lines[at - 1]?.length ?? 0) + 1))
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').replace(/\r$/, '')
    const heading = /^class\s+([A-Za-z_]\w*)\s*(?:\(.*\))?\s*:/.exec(line)
    if (heading?.[1] !== undefined) {
      into = new Map<string, Value>()
      owner = [heading[1]]
      root.set(heading[1], into)
      continue
    }
    const match = /^(\s*)((?:self\.)?[A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)\s*(.+)$/.exec(line)
    if (!match) continue
    const [, indent = '', name = '', first = ''] = match
    if (indent === '') [into, owner] = [root, []]
    else if (into === root) continue
    const from = (starts[index] ?? 0) + line.length - first.length
    let source = first
    const start = index
    while (openBrackets(source) > 0 && index + 1 < lines.length) {
      index += 1
      source = text.slice(from, (starts[index] ?? 0) + (lines[index]?.length ?? 0))
    }
    const found = literal(source)
    if (found) {
      const own = name.replace(/^self\./, '')
      into.set(own, found.value)
      const place = { start: from, end: from + found.length }
      params.push({ path: [...owner, own], value: found.value, ...place })
    } else if (openBrackets(source) > 0) {
      throw invalid(
        file,
        { line: start + 1, column: indent.length + 1 },
        `the value of ${name} is not closed`,
      )
    }
  }
  return { values: root, params }
}

const tokenPattern =
  /\s*(?:#[^\n]*\n?)?\s*([rbuf]*"""[\s\S]*?"""|[rbuf]*'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[-+]?(?:\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|[A-Za-z_]\w*|[[\]{}(),:])/y

/** The tokens of a source, and where the last one ends. */
function tokensOf(source: string): { tokens: string[]; length: number } | undefined {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  let at = 0
  while (/[^\s#]/.test(source.slice(at).replace(/^\s*#[^\n]*/, ''))) {
    tokenPattern.lastIndex = at
    const match = tokenPattern.exec(source)
    if (match?.[1] === undefined) return undefined
    tokens.push(match[1])
    at = tokenPattern.lastIndex
  }
  return { tokens, length: at }
}

function openBrackets(source: string): number {
  const bare = source.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, '')
  return (bare.match(/[[{(]/g) ?? []).length - (bare.match(/[\]})]/g) ?? []).length
}

/** The value of a literal expression and how long that is; `undefined` when it is anything else. */
function literal(source: string): { value: Value; length: number } | undefined {
  const found = tokensOf(source)
  if (found === undefined) return undefined
  const { tokens, length } = found
  let at = 0
  const parse = (): Value | undefined => {
    const token = tokens[at]
    at += 1
    if (token === undefined) return undefined
    if (token === '[' || token === '(') return list(token === '[' ? ']' : ')')
    if (token === '{') return map()
    if (token === 'True' || token === 'False') return token === 'True'
    if (token === 'None') return null
    if (/^["']/.test(token)) return unquoted(token)
    if (/^[-+]?[\d.]/.test(token)) return numberOf(token)
    return undefined
  }
  const list = (close: string): Value | undefined => {
    const items: Value[] = []
    let commas = 0
    while (tokens[at] !== close) {
      const item = parse()
      if (item === undefined) return undefined
      items.push(item)
      if (tokens[at] === ',') {
        at += 1
        commas += 1
      } else if (tokens[at] !== close) return undefined
    }
    at += 1
    const [only] = items
    return close === ')' && commas === 0 && only !== undefined ? only : items
  }
  const map = (): Value | undefined => {
    const entries = new Map<string, Value>()
    while (tokens[at] !== '}') {
      const key = parse()
      if (key === undefined || tokens[at] !== ':') return undefined
      at += 1
      const value = parse()
      if (value === undefined) return undefined
      entries.set(typeof key === 'string' ? key : reprText(key), value)
      if (tokens[at] === ',') at += 1
      else if (tokens[at] !== '}') return undefined
    }
    at += 1
    return entries
  }
  const value = parse()
  return value !== undefined && at === tokens.length ? { value, length } : undefined
}

function numberOf(token: string): Value {
  const digits = token.replaceAll('_', '')
  return /^[-+]?\d+$/.test(digits) ? BigInt(digits.replace(/^\+/, '')) : Number(digits)
}

const pythonEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '0': '\0',
  '\n': '',
}

function unquoted(token: string): string {
  const size = token.startsWith('"""') || token.startsWith("'''") ? 3 : 1
  return token
    .slice(size, -size)
    .replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, code: string) =>
      code.length > 1
        ? String.fromCharCode(parseInt(code.slice(1), 16))
        : (pythonEscapes[code] ?? code),
    )
}
