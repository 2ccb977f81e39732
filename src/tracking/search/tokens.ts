import { TidemillError } from '#contract'

export interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign'
  readonly text: string
  readonly at: number
  /** In backticks or double quotes: a key or a text, never a word of the grammar. */
  readonly quoted?: boolean
}

const pattern =
  /\s*(?:(?<word>[\p{L}_][\p{L}\p{N}_/-]*)|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)|'(?<single>(?:[^'\\]|\\.|'')*)'|"(?<double>(?:[^"\\]|\\.)*)"|`(?<tick>[^`]*)`|(?<sign>!=|<=|>=|[=<>().,]))/uy

export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  pattern.lastIndex = 0
  while (pattern.lastIndex < end) {
    const begin = pattern.lastIndex
    const groups = pattern.exec(text)?.groups
    const at = begin + (/^\s*/.exec(text.slice(begin))?.[0].length ?? 0)
    if (!groups) throw unreadable(`"${text[at]}" was not expected`, at)
    tokens.push(tokenOf(groups, at))
  }
  return tokens
}

function tokenOf(groups: Readonly<Record<string, string | undefined>>, at: number): Token {
  const { word, number, single, double, tick, sign } = groups
  if (word !== undefined) return { kind: 'word', text: word, at }
  if (number !== undefined) return { kind: 'number', text: number, at }
  if (single !== undefined) return { kind: 'text', text: single.replaceAll("''", "'"), at }
  if (double !== undefined) return { kind: 'word', text: double, at, quoted: true }
  if (tick !== undefined) return { kind: 'word', text: tick, at, quoted: true }
  return { kind: 'sign', text: sign ?? '', at }
}

export function unreadable(problem: string, at: number): TidemillError {
  return new TidemillError('bad_request', {
    problem: `The filter cannot be read at character ${at + 1}: ${problem}.`,
    at,
  })
}
