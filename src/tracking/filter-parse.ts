import { TidemillError } from '#contract'

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'like' | 'ilike' | 'in' | 'not in'

export interface Comparison {
  readonly kind: 'comparison'
  readonly area: 'metrics' | 'params' | 'tags' | 'attributes'
  readonly key: string
  readonly comparator: Comparator
  readonly value: string | number | readonly string[]
}

export type Filter =
  | Comparison
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }

interface Token {
  readonly kind: 'word' | 'text' | 'number' | 'sign'
  readonly text: string
  readonly at: number
  /** Written in backticks or double quotes: a key, never a word of the grammar. */
  readonly quoted?: boolean
}

const areas: Readonly<Record<string, Comparison['area']>> = {
  metric: 'metrics',
  metrics: 'metrics',
  param: 'params',
  params: 'params',
  parameter: 'params',
  parameters: 'params',
  tag: 'tags',
  tags: 'tags',
  attribute: 'attributes',
  attributes: 'attributes',
  attr: 'attributes',
  run: 'attributes',
}

/**
 * Parses a search filter such as `metrics.f1 > 0.6 and params.k = '5'`. Keys with spaces stand in backticks or double quotes. OR, NOT
 * and parentheses may be used; AND binds closer than OR. An error says at which character.
 */
export function parseFilter(text: string): Filter | undefined {
  const tokens = tokenize(text)
  let next = 0
  if (tokens.length === 0) return undefined
  const filter = either()
  if (next < tokens.length) fail(`"${tokens[next]?.text}" was not expected`)
  return filter

  function either(): Filter {
    const parts = [both()]
    while (isWord('or')) {
      next++
      parts.push(both())
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts }
  }

  function both(): Filter {
    const parts = [single()]
    while (isWord('and')) {
      next++
      parts.push(single())
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts }
  }

  function single(): Filter {
    if (isWord('not')) {
      next++
      return { kind: 'not', part: single() }
    }
    if (isSign('(')) {
      next++
      const inner = either()
      if (!isSign(')')) fail('a closing parenthesis is missing')
      next++
      return inner
    }
    return comparison()
  }

  function comparison(): Comparison {
    const first = tokens[next]
    if (first?.kind !== 'word') return fail('metrics., params., tags. or an attribute was expected')
    next++
    let area: Comparison['area'] = 'attributes'
    let key = first.text
    if (isSign('.')) {
      const named = areas[first.text.toLowerCase()]
      if (!named)
        return fail(
          `${first.text} is no area; there are metrics, params, tags and attributes`,
          first,
        )
      area = named
      next++
      key = keyText()
    }
    const comparator = comparatorOf()
    const value = valueOf(comparator)
    if (area === 'metrics' && typeof value !== 'number') {
      return fail(`a metric is compared with a number`, tokens[next - 1])
    }
    return { kind: 'comparison', area, key, comparator, value }
  }

  function keyText(): string {
    let key = ''
    for (;;) {
      const token = tokens[next]
      if (!token || (token.kind !== 'word' && token.kind !== 'number'))
        return fail('a key was expected')
      key += token.text
      next++
      const dot = tokens[next]
      const after = tokens[next + 1]
      const glued = dot?.text === '.' && dot.kind === 'sign' && after?.at === dot.at + 1
      if (token.quoted || !glued) return key
      key += '.'
      next++
    }
  }

  function comparatorOf(): Comparator {
    const token = tokens[next]
    next++
    const text = token?.text.toLowerCase()
    if (token?.kind === 'sign' && ['=', '!=', '<', '<=', '>', '>='].includes(text ?? '')) {
      return text as Comparator
    }
    if (token?.kind === 'word' && (text === 'like' || text === 'ilike' || text === 'in'))
      return text
    if (token?.kind === 'word' && text === 'not' && isWord('in')) {
      next++
      return 'not in'
    }
    return fail('a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN) was expected', token)
  }

  function valueOf(comparator: Comparator): Comparison['value'] {
    if (comparator === 'in' || comparator === 'not in') return listOf()
    const token = tokens[next]
    next++
    if (token?.kind === 'text' || (token?.kind === 'word' && token.quoted)) return token.text
    if (token?.kind === 'number') return Number(token.text)
    return fail('a number or a text in quotes was expected', token)
  }

  function listOf(): readonly string[] {
    if (!isSign('(')) fail('a list in parentheses was expected')
    const values: string[] = []
    do {
      next++
      const token = tokens[next]
      if (token?.kind !== 'text' && !token?.quoted)
        return fail('a text in quotes was expected', token)
      values.push(token.text)
      next++
    } while (isSign(','))
    if (!isSign(')')) fail('a closing parenthesis is missing')
    next++
    return values
  }

  function isWord(word: string): boolean {
    const token = tokens[next]
    return token?.kind === 'word' && !token.quoted && token.text.toLowerCase() === word
  }

  function isSign(sign: string): boolean {
    const token = tokens[next]
    return token?.kind === 'sign' && token.text === sign
  }

  function fail(problem: string, token: Token | undefined = tokens[next]): never {
    throw filterError(problem, token?.at ?? text.length)
  }
}

function filterError(problem: string, at: number): TidemillError {
  return new TidemillError('bad_request', {
    problem: `The filter cannot be read at character ${at + 1}: ${problem}.`,
    at,
  })
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  const pattern =
    /\s*(?:([A-Za-z_][\w/-]*)|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|'((?:[^'\\]|\\.|'')*)'|"((?:[^"\\]|\\.)*)"|`([^`]*)`|(!=|<=|>=|[=<>().,]))/y
  while (pattern.lastIndex < text.trimEnd().length) {
    const begin = pattern.lastIndex
    const match = pattern.exec(text)
    const skipped = /^\s*/.exec(text.slice(begin))?.[0].length ?? 0
    const at = begin + skipped
    if (!match) throw filterError(`"${text[at]}" was not expected`, at)
    const [, word, number, single, double, tick, sign] = match
    if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (single !== undefined)
      tokens.push({ kind: 'text', text: single.replaceAll("''", "'"), at })
    else if (double !== undefined) tokens.push({ kind: 'word', text: double, at, quoted: true })
    else if (tick !== undefined) tokens.push({ kind: 'word', text: tick, at, quoted: true })
    else tokens.push({ kind: 'sign', text: sign ?? '', at })
  }
  return tokens
}
