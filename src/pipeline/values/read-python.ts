import type { TidemillError } from '#contract/error'
import { pythonLines, type PythonPart } from './python-lines.ts'
import { reprText } from './python-text.ts'
import { invalid } from './invalid.ts'
import type { Value } from './value.ts'

/** An assignment of a literal. */
export interface PythonParam {
  /** The name, behind those of its classes. */
  readonly path: readonly string[]
  readonly value: Value
  /** Where the literal stands in the text. */
  readonly start: number
  readonly end: number
}

/**
 * Parameters of a Python file as DVC collects them: assignments of literals at the top level, in class bodies under the names of the
 * classes, and to `self` in what `__init__` does first of all. What other functions and blocks hold is passed over. Nothing is executed.
 */
export function readPython(text: string, file: string): Value {
  return scanPython(text, file).values
}

/** What is collected from the lines below a heading. */
interface Block {
  /** The indent of its heading; what stands further to the right is in it. */
  readonly heading: number
  /** Whose assignments count. */
  readonly reads: 'all' | 'self' | 'none'
  readonly into: Map<string, Value>
  /** The names of its classes. */
  readonly owner: readonly string[]
}

/** The parameters, and where each assignment stands. */
export function scanPython(
  text: string,
  file: string,
): { readonly values: ReadonlyMap<string, Value>; readonly params: readonly PythonParam[] } {
  const root = new Map<string, Value>()
  const params: PythonParam[] = []
  let blocks: readonly Block[] = [{ heading: -1, reads: 'all', into: root, owner: [] }]
  for (const { indent, parts, open } of pythonLines(text)) {
    const [first] = parts
    if (!first || /^\s*(?:#|$)/.test(text.slice(first.start, first.end))) continue
    if (open) throw notClosed(text, file, first)
    const outer = blocks.filter(({ heading }) => heading < indent)
    const inner = blockOf(text, first, indent, outer.at(-1))
    blocks = inner ? [...outer, inner] : outer
    const block = blocks.at(-1)
    if (block === undefined || block.reads === 'none') continue
    for (const part of parts) {
      const start = inner && part === first ? (first.body ?? first.end) : part.start
      const param = paramOf(text, { start, end: part.end }, block)
      if (!param) continue
      block.into.set(param.path.at(-1) ?? '', param.value)
      params.push(param)
    }
  }
  return { values: root, params }
}

/** The block that a statement is the heading of. */
function blockOf(
  text: string,
  { start, end }: PythonPart,
  heading: number,
  outer: Block | undefined,
): Block | undefined {
  const source = text.slice(start, end)
  const [, word, name] = headingPattern.exec(source) ?? []
  if (!outer || word === undefined) return undefined
  const { into, owner } = outer
  if (outer.reads === 'none') return { ...outer, heading }
  if (word === 'class' && name !== undefined) {
    const own = new Map<string, Value>()
    into.set(name, own)
    return { heading, reads: 'all', into: own, owner: [...owner, name] }
  }
  const isInit = word === 'def' && name === '__init__'
  return { heading, reads: isInit ? 'self' : 'none', into, owner }
}

const headingPattern =
  /^\s*(class|def|async|if|elif|else|for|while|try|except|finally|with|(?:match|case)(?=\s+[^\s=:]))\b(?!\s*[=.,])(?:\s+([A-Za-z_]\w*))?/

/** The assignment of a literal. */
function paramOf(
  text: string,
  { start, end }: PythonPart,
  { reads, owner }: Block,
): PythonParam | undefined {
  const [all = '', self, name = '', source = ''] =
    assignmentPattern.exec(text.slice(start, end)) ?? []
  if (all === '' || (reads === 'self' && self === undefined)) return undefined
  const found = literal(source)
  if (!found) return undefined
  const from = end - source.length
  return { path: [...owner, name], value: found.value, start: from, end: from + found.length }
}

const assignmentPattern = /^\s*(self\.)?([A-Za-z_]\w*)\s*(?::[^=]+)?=(?!=)\s*(\S[\s\S]*)$/

function notClosed(text: string, file: string, { start, end }: PythonPart): TidemillError {
  const source = text.slice(start, end)
  const name = assignmentPattern.exec(source)?.[2]
  const indent = /^\s*/.exec(source)?.[0].length ?? 0
  const line = text.slice(0, start + indent).split('\n').length
  const what = name === undefined ? 'a bracket' : `the value of ${name}`
  return invalid(file, { line, column: indent + 1 }, `${what} is not closed`)
}

const tokenPattern =
  /\s*(?:(?:#[^\n]*|\\\r?)\n?)?\s*([rbuf]*"""[\s\S]*?"""|[rbuf]*'''[\s\S]*?'''|[rbuf]*"(?:[^"\\\n]|\\.)*"|[rbuf]*'(?:[^'\\\n]|\\.)*'|[-+]?(?:\d[\d_]*\.?[\d_]*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)|[A-Za-z_]\w*|[[\]{}(),:])/y

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
    if (isText(token)) return texts(token)
    if (/^[-+]?[\d.]/.test(token)) return numberOf(token)
    return undefined
  }
  /** Texts side by side are one. */
  const texts = (first: string): string => {
    let text = unquoted(first)
    for (let next = tokens[at]; next !== undefined && isText(next); next = tokens[at]) {
      text += unquoted(next)
      at += 1
    }
    return text
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

/** A text; what is bytes, or has values put in, is none. */
function isText(token: string): boolean {
  return /^[ru]?["']/.test(token)
}

function unquoted(token: string): string {
  const prefix = /^[ru]/.exec(token)?.[0] ?? ''
  const quoted = token.slice(prefix.length)
  const size = quoted.startsWith('"""') || quoted.startsWith("'''") ? 3 : 1
  const inside = quoted.slice(size, -size)
  if (prefix === 'r') return inside
  return inside.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[\s\S])/g, (_, code: string) =>
    code.length > 1
      ? String.fromCharCode(parseInt(code.slice(1), 16))
      : (pythonEscapes[code] ?? code),
  )
}
