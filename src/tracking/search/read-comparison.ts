import { BadPattern, linearPattern } from '#contract'
import type { Comparator, Comparison, Grammar } from './grammar.ts'
import { readSubject, type Subject } from './subject.ts'
import type { TokenReader } from './token-reader.ts'
import type { Token } from './tokens.ts'

const longestPattern = 10_000

const signs: readonly string[] = ['=', '!=', '<', '<=', '>', '>=']
const sizes: readonly string[] = ['<', '<=', '>', '>=']
const ofTexts: readonly string[] = ['=', '!=', 'like', 'ilike', 'rlike']

/** Reads one comparison, such as `metrics.f1 > 0.6`. */
export function readComparison(reader: TokenReader, grammar: Grammar): Comparison {
  const subject = readSubject(reader, grammar)
  const token = reader.peek()
  const comparator = readComparator(reader)
  checkComparator(reader, grammar, { subject, comparator, token })
  const { area, key } = subject
  const value = readValue(reader, grammar, subject, comparator)
  return { kind: 'comparison', area, key, comparator, value }
}

function readComparator(reader: TokenReader): Comparator {
  const token = reader.take()
  const text = token?.text.toLowerCase() ?? ''
  if (token?.kind === 'sign' && signs.includes(text)) return text as Comparator
  if (token?.kind === 'word' && token.quoted !== true) {
    if (['like', 'ilike', 'rlike', 'in'].includes(text)) return text as Comparator
    if (text === 'not' && reader.takeWord('in')) return 'not in'
    if (text === 'is') return readNull(reader)
  }
  return reader.fail(
    'a comparison (=, !=, <, <=, >, >=, LIKE, ILIKE, IN, IS NULL) was expected',
    token,
  )
}

function readNull(reader: TokenReader): Comparator {
  const negated = reader.takeWord('not')
  if (!reader.takeWord('null')) return reader.fail('NULL was expected')
  return negated ? 'is not null' : 'is null'
}

interface Asked {
  readonly subject: Subject
  readonly comparator: Comparator
  readonly token: Token | undefined
}

function checkComparator(
  reader: TokenReader,
  grammar: Grammar,
  { subject, comparator, token }: Asked,
): void {
  const { kind, key } = subject
  if (subject.whole && comparator !== '=') reader.fail(`${key} is compared with = alone`, token)
  if (comparator === 'is null' || comparator === 'is not null') {
    if (!subject.nulls && grammar.strict) {
      reader.fail(`${key} cannot be compared with NULL`, token)
    }
    return
  }
  if (comparator === 'in' || comparator === 'not in') {
    if (grammar.strict && !subject.in) reader.fail(`${key} cannot be compared with IN`, token)
    return
  }
  if (comparator === 'rlike' && grammar.patterns !== true) {
    reader.fail(`${grammar.of} are not compared with RLIKE`, token)
  }
  const isOfTexts = ofTexts.includes(comparator)
  if (kind === 'number' && !signs.includes(comparator)) {
    reader.fail(`${key} holds numbers, which ${comparator.toUpperCase()} does not compare`, token)
  }
  if (kind === 'text' && !isOfTexts && !isBySize(subject, comparator) && grammar.strict) {
    reader.fail(`${key} holds texts, which ${comparator} does not compare`, token)
  }
}

function isBySize({ sized }: Subject, comparator: Comparator): boolean {
  return sized && sizes.includes(comparator)
}

function readValue(
  reader: TokenReader,
  grammar: Grammar,
  subject: Subject,
  comparator: Comparator,
): Comparison['value'] {
  if (comparator === 'is null' || comparator === 'is not null') return ''
  if (comparator === 'in' || comparator === 'not in') return readList(reader, subject)
  const token = reader.take()
  const isSized = isBySize(subject, comparator)
  if (token?.kind === 'number') {
    if (subject.kind === 'text' && !isSized && grammar.strict) {
      reader.fail(`${subject.key} is compared with a text in quotes`, token)
    }
    const isOwnText = subject.kind === 'text' && subject.area === 'attributes'
    return isOwnText ? token.text : Number(token.text)
  }
  const text = textOf(token)
  if (text === undefined) return reader.fail(expected(subject.kind), token)
  if (subject.whole?.test(text) === false) {
    reader.fail(`${subject.key} is compared with a text such as 'name/version'`, token)
  }
  if (subject.kind === 'number' || (isSized && grammar.strict)) {
    reader.fail(`${subject.key} is compared with a number`, token)
  }
  if (comparator === 'rlike') checkPattern(reader, text, token)
  if (text.length > longestPattern && comparator !== '=' && comparator !== '!=') {
    reader.fail(`a pattern is at most ${longestPattern} characters long`, token)
  }
  return subject.lower ? text.toLowerCase() : text
}

function checkPattern(reader: TokenReader, pattern: string, token: Token | undefined): void {
  try {
    linearPattern(pattern, { isShared: true })
  } catch (error) {
    if (!(error instanceof BadPattern)) throw error
    reader.fail(`the pattern is none this server follows: ${error.message}`, token)
  }
}

function readList(reader: TokenReader, { kind, lower }: Subject): readonly (string | number)[] {
  if (!reader.isSign('(')) reader.fail('a list in parentheses was expected')
  const values: (string | number)[] = []
  do {
    reader.take()
    const token = reader.peek()
    const text = textOf(token)
    if (kind === 'number' && token?.kind === 'number') values.push(Number(token.text))
    else if (kind === 'text' && text !== undefined) values.push(lower ? text.toLowerCase() : text)
    else reader.fail(expected(kind), token)
    reader.take()
  } while (reader.isSign(','))
  if (!reader.isSign(')')) reader.fail('a closing parenthesis is missing')
  reader.take()
  return values
}

function textOf(token: Token | undefined): string | undefined {
  if (token?.kind === 'text' || (token?.kind === 'word' && token.quoted)) return token.text
  return undefined
}

function expected(kind: 'text' | 'number'): string {
  return kind === 'number' ? 'a number was expected' : 'a text in quotes was expected'
}
