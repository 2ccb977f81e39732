/** A line `key = value` of a TOML file, its value on one line or several. */
export interface TomlLine {
  /** From the top; the number of its table in an array of them counts as a key. */
  readonly path: readonly string[]
  readonly start: number
  /** Behind its line feed. */
  readonly end: number
  readonly valueStart: number
  readonly valueEnd: number
}

/** A table with a heading; the first is the top, which has none. */
export interface TomlTable {
  readonly path: readonly string[]
  /** Behind its last line, where another one may stand. */
  readonly end: number
}

/** Where the lines and tables of a sound TOML file are. */
export function scanToml(text: string): {
  readonly lines: readonly TomlLine[]
  readonly tables: readonly TomlTable[]
} {
  const lines: TomlLine[] = []
  const tables: { path: readonly string[]; end: number }[] = [{ path: [], end: 0 }]
  const counts = new Map<string, number>()
  for (let at = 0; at < text.length;) {
    const start = at
    const sign = text[skipSpaces(text, at)]
    if (sign === undefined || sign === '\n' || sign === '\r' || sign === '#') {
      at = endOfLine(text, at)
      continue
    }
    const table = tables.at(-1) ?? { path: [], end: 0 }
    if (sign === '[') {
      const isMany = text[skipSpaces(text, at) + 1] === '['
      const { keys } = readKeys(text, skipSpaces(text, at) + (isMany ? 2 : 1))
      at = endOfLine(text, at)
      tables.push({ path: placeOf(keys, isMany, counts), end: at })
      continue
    }
    const { keys, end } = readKeys(text, at)
    const valueStart = skipSpaces(text, end + 1)
    const valueEnd = endOfValue(text, valueStart)
    at = endOfLine(text, valueEnd)
    lines.push({ path: [...table.path, ...keys], start, end: at, valueStart, valueEnd })
    table.end = at
  }
  return { lines, tables }
}

/** The path of a heading: of an array of tables the last one is meant. */
function placeOf(
  keys: readonly string[],
  isMany: boolean,
  counts: Map<string, number>,
): readonly string[] {
  const path: string[] = []
  for (const [depth, key] of keys.entries()) {
    path.push(key)
    const name = JSON.stringify(path)
    if (isMany && depth === keys.length - 1) counts.set(name, (counts.get(name) ?? 0) + 1)
    const count = counts.get(name)
    if (count !== undefined) path.push(String(count - 1))
  }
  return path
}

function skipSpaces(text: string, at: number): number {
  let here = at
  while (text[here] === ' ' || text[here] === '\t') here += 1
  return here
}

function endOfLine(text: string, at: number): number {
  const found = text.indexOf('\n', at)
  return found === -1 ? text.length : found + 1
}

/** Keys with dots between them; `end` is where what follows them stands. */
function readKeys(text: string, at: number): { readonly keys: string[]; readonly end: number } {
  const key = /[ \t]*(?:([\w-]+)|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)')[ \t]*(\.?)/y
  key.lastIndex = at
  const keys: string[] = []
  for (;;) {
    const found = key.exec(text)
    if (!found) return { keys, end: at }
    const [, bare, quoted, literal = ''] = found
    keys.push(bare ?? (quoted === undefined ? literal : unescaped(quoted)))
    if (found[4] === '') return { keys, end: key.lastIndex }
  }
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}

const textOrRemark =
  /"""(?:[^\\]|\\[^])*?"{3,5}|'''[^]*?'{3,5}|"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|#[^\n]*/y

function endOfValue(text: string, start: number): number {
  let [at, end, depth] = [start, start, 0]
  while (at < text.length) {
    const sign = text[at] ?? ''
    if (depth === 0 && (sign === '\n' || sign === '#')) break
    textOrRemark.lastIndex = at
    const whole = textOrRemark.exec(text)?.[0]
    if (whole === undefined && '[{'.includes(sign)) depth += 1
    if (whole === undefined && ']}'.includes(sign)) depth -= 1
    at += whole?.length ?? 1
    if (!/\s/.test(sign)) end = at
  }
  return end
}
