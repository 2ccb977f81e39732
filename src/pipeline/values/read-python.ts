import { reprText } from './python-text.ts'
import { invalid } from './read-yaml.ts'
import type { Value } from './value.ts'

/**
 * Parameters of a Python file as DVC collects them: assignments of literals at the top level, and those in class bodies under
 * the name of the class. Anything else in the file is passed over. Nothing is executed.
 */
export function readPython(text: string, file: string): Value {
  const root = new Map<string, Value>()
  let into = root
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').replace(/\r$/, '')
    const heading = /^class\s+([A-Za-z_]\w*)\s*(?:\(.*\))?\s*:/.exec(line)
    if (heading?.[1] !== undefined) {
      into = new Map<string, Value>()
      root.set(heading[1], into)
      continue
    }
    const match = /^(\s*)((?:self\.)?[A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)\s*(.+)$/.exec(line)
    if (!match) continue
    const [, indent = '', name = '', first = ''] = match
    if (indent === '') into = root
    else if (into === root) continue
    let source = first
    const start = index
    while (openBrackets(source) > 0 && index + 1 < lines.length) {
      index += 1
      source += `\n${lines[index] ?? ''}`
    }
    const value = literal(source)
    if (value !== undefined) into.set(name.replace(/^self\./, ''), value)
    else if (openBrackets(source) > 0) {
      throw invalid(
        file,
        { line: start + 1, column: indent.length + 1 },
        `the value of ${name} is not closed`,
      )
    }
  }
  return root
}

const tokenPattern =
  /\s*(?:#[^\n]*\n?)?\s*([rbuf]*"""[\s\S]*?"""|[rbuf]*'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[-+]?(?:\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|[A-Za-z_]\w*|[[\]{}(),:])/y

function tokensOf(source: string): string[] | undefined {
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
  return tokens
}

function openBrackets(source: string): number {
  const bare = source.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|#[^\n]*/g, '')
  return (bare.match(/[[{(]/g) ?? []).length - (bare.match(/[\]})]/g) ?? []).length
}

/** The value of a literal expression; `undefined` when it is anything else. */
function literal(source: string): Value | undefined {
  const tokens = tokensOf(source)
  if (tokens === undefined) return undefined
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
  return at === tokens.length ? value : undefined
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
