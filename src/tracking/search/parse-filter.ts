import { BadPattern, linearPattern } from '#contract'
import type { Area, Attribute, Comparator, Comparison, Filter, Grammar } from './grammar.ts'
import { tokenize, unreadable, type Token } from './tokens.ts'

/** Longer ones are no filters of a person’s, and the database refuses them with words of its own. */
const mostText = 200_000
const mostComparisons = 300
const longestPattern = 10_000
const deepest = 50

const signs: readonly string[] = ['=', '!=', '<', '<=', '>', '>=']
const sizes: readonly string[] = ['<', '<=', '>', '>=']
const ofTexts: readonly string[] = ['=', '!=', 'like', 'ilike', 'rlike']

/** A place that is compared: what it is called, and what it holds. */
interface Subject {
  readonly area: string
  readonly key: string
  readonly kind: 'text' | 'number'
  readonly in: boolean
  readonly nulls: boolean
  readonly lower: boolean
  readonly sized: boolean
  readonly whole?: RegExp
}

/**
 * Parses a search filter such as `metrics.f1 > 0.6 and params.k = '5'`. Keys with spaces stand in backticks or double quotes. Unless
 * the grammar is strict, OR, NOT and parentheses may be used; AND binds closer than OR. An error says at which character.
 */
export function parseFilter(text: string, grammar: Grammar): Filter | undefined {
  if (text.length > mostText) throw unreadable(`it is longer than ${mostText} characters`, mostText)
  const tokens = tokenize(text)
  let [next, comparisons, depth] = [0, 0, 0]
  if (tokens.length === 0) return undefined
  const filter = grammar.strict ? both() : either()
  const rest = tokens[next]
  if (rest) {
    const isOr = rest.kind === 'word' && rest.text.toLowerCase() === 'or'
    fail(isOr ? 'only AND joins comparisons here, not OR' : `"${rest.text}" was not expected`)
  }
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
    if (grammar.strict) return comparison()
    if (depth > deepest) fail(`it is nested deeper than ${deepest} levels`)
    if (isWord('not')) {
      next++
      depth++
      const part = single()
      depth--
      return { kind: 'not', part }
    }
    if (isSign('(')) {
      next++
      depth++
      const inner = either()
      depth--
      if (!isSign(')')) fail('a closing parenthesis is missing')
      next++
      return inner
    }
    return comparison()
  }

  function comparison(): Comparison {
    if (++comparisons > mostComparisons) fail(`it has more than ${mostComparisons} comparisons`)
    const subject = subjectOf()
    const token = tokens[next]
    const comparator = comparatorOf()
    checkComparator(subject, comparator, token)
    const { area, key } = subject
    return { kind: 'comparison', area, key, comparator, value: valueOf(subject, comparator) }
  }

  function subjectOf(): Subject {
    const first = tokens[next]
    if (first?.kind !== 'word') return fail('a key such as metrics.f1 was expected')
    next++
    if (!isSign('.')) return attribute(first.text, first)
    const name = first.text.toLowerCase()
    if (['attributes', 'attribute', 'attr', 'run', 'trace'].includes(name)) {
      next++
      const token = tokens[next]
      return attribute(keyText(), token ?? first)
    }
    const area = Object.hasOwn(grammar.areas, name) ? grammar.areas[name] : undefined
    if (!area) return fail(`${first.text} is no area; there are ${areaNames(grammar)}`, first)
    next++
    return ofArea(area, keyText(), first)
  }

  function attribute(written: string, at: Token): Subject {
    const found = attributeOf(grammar, written)
    if (!found) {
      const names = [...new Set(Object.values(grammar.attributes).map((each) => each.name))]
      return fail(`${grammar.of} have no attribute ${written}; they have ${names.join(', ')}`, at)
    }
    const { name, kind, lower = false, whole } = found
    const own = { key: name, kind, in: found.in ?? false, lower, ...(whole ? { whole } : {}) }
    return { area: 'attributes', ...own, nulls: false, sized: false }
  }

  function ofArea(area: Area, key: string, at: Token): Subject {
    const isOwn = area.prefix !== undefined && key.startsWith(area.prefix)
    if (area.keys && !isOwn && !area.keys.includes(key)) {
      return fail(`${area.name} have ${area.keys.join(', ')}, not ${key}`, at)
    }
    const { name, kind, nulls = false, sized = false } = area
    return { area: name, key, kind, in: area.in ?? false, nulls, lower: false, sized }
  }

  function keyText(): string {
    let key = ''
    for (;;) {
      const token = tokens[next]
      if (!token || (token.kind !== 'word' && token.kind !== 'number')) {
        return fail('a key was expected')
      }
      key += token.text
      next++
      const dot = tokens[next]
      const after = tokens[next + 1]
      const glued =
        dot?.kind === 'sign' &&
        dot.text === '.' &&
        dot.at === token.at + token.text.length &&
        after?.at === dot.at + 1
      if (token.quoted || !glued) return key
      key += '.'
      next++
    }
  }

  function comparatorOf(): Comparator {
    const token = tokens[next]
    next++
    const text = token?.text.toLowerCase() ?? ''
    if (token?.kind === 'sign' && signs.includes(text)) return text as Comparator
    if (token?.kind === 'word' && token.quoted !== true) {
      if (['like', 'ilike', 'rlike', 'in'].includes(text)) return text as Comparator
      if (text === 'not' && isWord('in')) {
        next++
        return 'not in'
      }
      if (text === 'is') return nullOf()
    }
    return fail('a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL) was expected', token)
  }

  function nullOf(): Comparator {
    const negated = isWord('not')
    if (negated) next++
    if (!isWord('null')) return fail('NULL was expected')
    next++
    return negated ? 'is not null' : 'is null'
  }

  function checkComparator(subject: Subject, comparator: Comparator, token?: Token): void {
    const { kind, key } = subject
    if (subject.whole && comparator !== '=') fail(`${key} is compared with = alone`, token)
    if (comparator === 'is null' || comparator === 'is not null') {
      if (!subject.nulls && grammar.strict) fail(`${key} cannot be compared with NULL`, token)
      return
    }
    if (comparator === 'in' || comparator === 'not in') {
      if (grammar.strict && !subject.in) fail(`${key} cannot be compared with IN`, token)
      return
    }
    if (comparator === 'rlike' && grammar.patterns !== true) {
      fail(`${grammar.of} are not compared with RLIKE`, token)
    }
    const isOfTexts = ofTexts.includes(comparator)
    if (kind === 'number' && !signs.includes(comparator)) {
      fail(`${key} holds numbers, which ${comparator.toUpperCase()} does not compare`, token)
    }
    const isSized = subject.sized && sizes.includes(comparator)
    if (kind === 'text' && !isOfTexts && !isSized && grammar.strict) {
      fail(`${key} holds texts, which ${comparator} does not compare`, token)
    }
  }

  function valueOf(subject: Subject, comparator: Comparator): Comparison['value'] {
    if (comparator === 'is null' || comparator === 'is not null') return ''
    if (comparator === 'in' || comparator === 'not in') return listOf(subject)
    const token = tokens[next]
    next++
    const isSized = subject.sized && sizes.includes(comparator)
    if (token?.kind === 'number') {
      if (subject.kind === 'text' && !isSized && grammar.strict) {
        fail(`${subject.key} is compared with a text in quotes`, token)
      }
      const isOwnText = subject.kind === 'text' && subject.area === 'attributes'
      return isOwnText ? token.text : Number(token.text)
    }
    const text = textOf(token)
    if (text === undefined) return fail(expected(subject.kind), token)
    if (subject.whole?.test(text) === false) {
      fail(`${subject.key} is compared with a text such as 'name/version'`, token)
    }
    if (subject.kind === 'number' || (isSized && grammar.strict))
      fail(`${subject.key} is compared with a number`, token)
    if (comparator === 'rlike') checkPattern(text, token)
    if (text.length > longestPattern && comparator !== '=' && comparator !== '!=') {
      fail(`a pattern is at most ${longestPattern} characters long`, token)
    }
    return subject.lower ? text.toLowerCase() : text
  }

  function checkPattern(pattern: string, token: Token | undefined): void {
    try {
      linearPattern(pattern, { isShared: true })
    } catch (error) {
      if (!(error instanceof BadPattern)) throw error
      fail(`the pattern is none this server follows: ${error.message}`, token)
    }
  }

  function listOf({ kind, lower }: Subject): readonly (string | number)[] {
    if (!isSign('(')) fail('a list in parentheses was expected')
    const values: (string | number)[] = []
    do {
      next++
      const token = tokens[next]
      const text = textOf(token)
      if (kind === 'number' && token?.kind === 'number') values.push(Number(token.text))
      else if (kind === 'text' && text !== undefined) values.push(lower ? text.toLowerCase() : text)
      else fail(expected(kind), token)
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
    throw unreadable(problem, token?.at ?? text.length)
  }
}

function textOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'text' || (token?.kind === 'word' && token.quoted)) return token.text
  return undefined
}

function expected(kind: 'text' | 'number'): string {
  return kind === 'number' ? 'a number was expected' : 'a text in quotes was expected'
}

/** By any name it may be written with; names of what every object has are none. */
export function attributeOf(grammar: Grammar, written: string): Attribute | undefined {
  const name = written.toLowerCase()
  return Object.hasOwn(grammar.attributes, name) ? grammar.attributes[name] : undefined
}

export function areaNames(grammar: Grammar): string {
  return ['attributes', ...new Set(Object.values(grammar.areas).map((area) => area.name))].join(
    ', ',
  )
}
