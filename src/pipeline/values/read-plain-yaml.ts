import { floatOf, intOf, scalarKind } from './scalar-kinds.ts'
import type { Value } from './value.ts'

/**
 * Reads the part of YAML that DVC's writer produces: block maps and lists, one scalar a line, folded plain text. `undefined`
 * for anything else (comments, flow collections, anchors, folded quotes, tabs, repeated keys), which the full reader then takes. It exists for
 * speed: a lock of 200 stages in 3 ms instead of 60.
 */
export function readPlainYaml(text: string): Value | undefined {
  if (text.includes('\t') || text.includes('\r')) return undefined
  const lines = text.split('\n')
  if (lines.at(-1) === '') lines.pop()
  let at = 0
  let failed = false

  const indentOf = (line: string): number => {
    let indent = 0
    while (line.charCodeAt(indent) === 32) indent += 1
    return indent
  }
  const give = (): null => {
    failed = true
    return null
  }

  /** What follows a key or a dash on its line, with the lines folded into it; `parent` is the column of the key or dash. */
  function scalar(rest: string, parent: number): Value {
    const first = rest.charCodeAt(0)
    if (rest === '[]') return []
    if (rest === '{}') return new Map()
    if (first === 34 || first === 39) return quoted(rest)
    // a leading indicator that the simple reader does not know: [ { & * ! | > % @ ` # , ? -
    if ('[{&*!|>%@`#,]}'.includes(rest.charAt(0))) return give()
    if (rest.startsWith('- ') || rest.startsWith('? ') || rest === '-' || rest === '?')
      return give()
    let whole = rest
    let folded = false
    while (at < lines.length) {
      const line = lines[at] ?? ''
      const indent = indentOf(line)
      if (line.length === indent) return give()
      if (indent <= parent) break
      whole = `${whole.trimEnd()} ${line.slice(indent)}`
      folded = true
      at += 1
    }
    whole = whole.trim()
    if (whole.includes(': ') || whole.includes(' #') || whole.endsWith(':')) return give()
    if (folded) return scalarKind(whole) === 'str' ? whole : give()
    switch (scalarKind(whole)) {
      case 'null':
        return null
      case 'bool':
        return whole.toLowerCase() === 'true'
      case 'int':
        return intOf(whole) ?? whole
      case 'float':
        return floatOf(whole)
      case 'str':
        return whole
      default:
        return give()
    }
  }

  function quoted(rest: string): Value {
    if (rest.length < 2) return give()
    if (rest.startsWith("'")) {
      const inner = rest.slice(1, -1)
      if (!rest.endsWith("'") || inner.replaceAll("''", '').includes("'")) return give()
      return inner.replaceAll("''", "'")
    }
    if (!/^"(?:[^"\\]|\\[nrt"\\])*"$/.test(rest)) return give()
    return rest
      .slice(1, -1)
      .replace(/\\([nrt"\\])/g, (_, code: string) => ({ n: '\n', r: '\r', t: '\t' })[code] ?? code)
  }

  function node(indent: number, parent: number): Value {
    const line = lines[at] ?? ''
    if (failed || indentOf(line) !== indent) return give()
    return line.startsWith('-', indent) &&
      (line.charCodeAt(indent + 1) === 32 || line.length === indent + 1)
      ? list(indent)
      : map(indent, parent)
  }

  function list(indent: number): Value {
    const items: Value[] = []
    while (at < lines.length && !failed) {
      const line = lines[at] ?? ''
      if (indentOf(line) !== indent || line.charAt(indent) !== '-') break
      const rest = line.slice(indent + 2)
      if (line.length > indent + 1 && line.charCodeAt(indent + 1) !== 32) return give()
      if (rest.trim() === '') {
        at += 1
        if (at < lines.length && indentOf(lines[at] ?? '') > indent) return give()
        items.push(null)
      } else if (rest.startsWith('- ') || keyEnd(rest) > 0) {
        // the item is a list or map whose first line stands after the dash
        lines[at] = `${' '.repeat(indent + 2)}${rest}`
        items.push(node(indent + 2, indent))
      } else {
        at += 1
        items.push(scalar(rest, indent))
      }
    }
    return items
  }

  function map(indent: number, parent: number): Value {
    const entries = new Map<string, Value>()
    while (at < lines.length && !failed) {
      const line = lines[at] ?? ''
      const found = indentOf(line)
      if (line.length === found) return give()
      if (found !== indent) {
        if (found > indent || (found > parent && parent >= 0)) return give()
        break
      }
      const body = line.slice(indent)
      const end = keyEnd(body)
      if (end <= 0) {
        if (body.startsWith('-')) break
        return give()
      }
      const name = keyOf(body.slice(0, end))
      if (name === undefined || entries.has(name)) return give()
      const rest = body.slice(end + 1).trimStart()
      at += 1
      if (rest !== '') entries.set(name, scalar(rest, indent))
      else {
        const next = lines[at]
        const deeper = next === undefined ? -1 : indentOf(next)
        if (next !== undefined && next.length === deeper) return give()
        const dash = next?.startsWith('- ', deeper) === true || next?.slice(deeper) === '-'
        if (deeper > indent || (deeper === indent && dash)) {
          entries.set(
            name,
            deeper === indent || dash || keyEnd((next ?? '').slice(deeper)) > 0
              ? node(deeper, indent)
              : scalar('', indent),
          )
        } else entries.set(name, null)
      }
    }
    return entries
  }

  const value = lines.length === 0 ? null : node(0, -1)
  return failed || at < lines.length ? undefined : value
}

/** Where the colon after a simple key stands; 0 or less when the line does not start with one. */
function keyEnd(body: string): number {
  const first = body.charAt(0)
  if (first === "'" || first === '"') {
    const close = body.indexOf(first, 1)
    return close > 0 &&
      body.charAt(close + 1) === ':' &&
      (body.length === close + 2 || body.charAt(close + 2) === ' ')
      ? close + 1
      : -1
  }
  if ('[{&*!|>%@`#,]}'.includes(first) || body.startsWith('? ')) return -1
  const colon = body.endsWith(':') && !body.includes(': ') ? body.length - 1 : body.indexOf(': ')
  return body.slice(0, colon).includes(' #') ? -1 : colon
}

function keyOf(source: string): string | undefined {
  const first = source.charAt(0)
  if (first === '"') return source.includes('\\') ? undefined : source.slice(1, -1)
  if (first === "'") return source.slice(1, -1)
  if (scalarKind(source) === 'str') return source
  return scalarKind(source) === 'int' ? (intOf(source)?.toString() ?? undefined) : undefined
}
