/** One step of a pattern: a character to take, a choice of two ways, a place to be at, or the end. */
type Step =
  | { readonly kind: 'take'; readonly fits: (code: number) => boolean }
  | { readonly kind: 'either'; readonly first: number; second: number }
  | { readonly kind: 'start' | 'end' | 'found' }

type Node =
  | { readonly kind: 'take'; readonly fits: (code: number) => boolean }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'row' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number }

const longest = 500
const mostParts = 5000
const mostRepeats = 200

/** For one text, unless a caller counts for several. */
const mostEffort = 10_000_000

/** Steps that may still be taken; a search takes away those it takes. */
export interface Effort {
  left: number
}

/** Throws a BadPattern when a text takes more effort than is left. */
export type LinearPattern = (text: string, effort?: Effort) => boolean

/** A pattern that says where it cannot be read. */
export class BadPattern extends Error {}

/**
 * Whether a text holds what a regular expression describes: characters, `.`, classes, `\d \w \s`, groups, `|`, `* + ? {m,n}`, `^ $`.
 * All ways are followed at once, so that the time is the text's length times the pattern's: an engine that tries one way after the
 * other can be kept busy for hours by twenty characters. What needs such an engine (references back, looking around) is refused.
 *
 * References: Ken Thompson (1968), Regular Expression Search Algorithm.
 */
export function linearPattern(pattern: string): LinearPattern {
  if (pattern.length > longest) {
    throw new BadPattern(`a pattern is at most ${longest} characters long`)
  }
  const steps: Step[] = []
  write(parse(pattern), steps, { left: mostParts })
  steps.push({ kind: 'found' })
  return (text, effort = { left: mostEffort }) => isIn(steps, text, effort)
}

function isIn(steps: readonly Step[], text: string, effort: Effort): boolean {
  const codes = Array.from(text, (letter) => letter.codePointAt(0) ?? 0)
  const marks = new Int32Array(steps.length).fill(-1)
  let now: number[] = []
  for (let at = 0; at <= codes.length; at++) {
    const places = [...now, 0]
    const next: number[] = []
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      if (marks[place] === at) continue
      marks[place] = at
      effort.left--
      const step = steps[place]
      if (step?.kind === 'found') return true
      if (step?.kind === 'either') places.push(step.first, step.second)
      else if (step?.kind === 'start' && at === 0) places.push(place + 1)
      else if (step?.kind === 'end' && at === codes.length) places.push(place + 1)
      else if (step?.kind === 'take' && at < codes.length && step.fits(codes[at] ?? 0)) {
        next.push(place + 1)
      }
    }
    now = next
    if (effort.left < 0) throw new BadPattern('it takes too long on texts so long or so many')
  }
  return false
}

function write(node: Node, steps: Step[], parts: Effort): void {
  // Parts and not steps: what is empty writes none, however often it is repeated.
  if (--parts.left < 0) throw new BadPattern('the pattern repeats too much')
  switch (node.kind) {
    case 'take':
    case 'start':
    case 'end':
      steps.push(node)
      return
    case 'row':
      for (const part of node.parts) write(part, steps, parts)
      return
    case 'choice':
      writeChoice(node.parts, steps, parts)
      return
    case 'repeat':
      for (let i = 0; i < node.least; i++) write(node.of, steps, parts)
      if (node.most === Infinity) {
        const begin = steps.length
        const choice = { kind: 'either' as const, first: begin + 1, second: 0 }
        steps.push(choice)
        write(node.of, steps, parts)
        steps.push({ kind: 'either', first: begin, second: begin })
        choice.second = steps.length
      } else {
        for (let i = node.least; i < node.most; i++) writeChoice([node.of, empty], steps, parts)
      }
  }
}

const empty: Node = { kind: 'row', parts: [] }

function writeChoice(
  [first = empty, ...rest]: readonly Node[],
  steps: Step[],
  parts: Effort,
): void {
  if (rest.length === 0) return write(first, steps, parts)
  const choice = { kind: 'either' as const, first: steps.length + 1, second: 0 }
  steps.push(choice)
  write(first, steps, parts)
  const after = { kind: 'either' as const, first: 0, second: 0 }
  const end = steps.push(after)
  choice.second = end
  writeChoice(rest, steps, parts)
  // Both ways of this one lead behind the others.
  Object.assign(after, { first: steps.length, second: steps.length })
}

const digit = (code: number): boolean => code >= 48 && code <= 57
const word = (code: number): boolean =>
  digit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
const space = (code: number): boolean => code === 32 || (code >= 9 && code <= 13)
const classes: Readonly<Record<string, (code: number) => boolean>> = {
  d: digit,
  w: word,
  s: space,
  D: (code) => !digit(code),
  W: (code) => !word(code),
  S: (code) => !space(code),
}
const controls: Readonly<Record<string, number>> = { n: 10, t: 9, r: 13 }

function parse(pattern: string): Node {
  const letters = Array.from(pattern)
  let at = 0
  let depth = 0
  const node = choice()
  if (at < letters.length) throw bad('a parenthesis closes nothing')
  return node

  function choice(): Node {
    const parts = [row()]
    while (letters[at] === '|') {
      at++
      parts.push(row())
    }
    return { kind: 'choice', parts }
  }

  function row(): Node {
    const parts: Node[] = []
    while (at < letters.length && letters[at] !== '|' && letters[at] !== ')') parts.push(repeated())
    return { kind: 'row', parts }
  }

  function repeated(): Node {
    const of = single()
    const counts = countsOf()
    if (!counts) return of
    if (letters[at] === '?' || letters[at] === '+') throw bad('only one repetition can follow')
    return { kind: 'repeat', of, least: counts[0], most: counts[1] }
  }

  function countsOf(): readonly [number, number] | undefined {
    const letter = letters[at]
    const known = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const
    if (letter === '*' || letter === '+' || letter === '?') {
      at++
      return known[letter]
    }
    const braces = /^\{(\d{1,3})(,?)(\d{0,3})\}/.exec(letters.slice(at, at + 10).join(''))
    if (!braces) return undefined
    const [all, from = '', comma, to = ''] = braces
    const least = Number(from)
    const most = comma === '' ? least : to === '' ? Infinity : Number(to)
    if (least > mostRepeats || most < least || (most > mostRepeats && most !== Infinity)) {
      throw bad(`a repetition is at most ${mostRepeats} times`)
    }
    at += all.length
    return [least, most]
  }

  function single(): Node {
    const letter = letters[at++] ?? ''
    if (letter === '^') return { kind: 'start' }
    if (letter === '$') return { kind: 'end' }
    if (letter === '.') return { kind: 'take', fits: (code) => code !== 10 }
    if (letter === '(') return group()
    if (letter === '[') return { kind: 'take', fits: set() }
    if (letter === '\\') return { kind: 'take', fits: escaped() }
    if ('*+?'.includes(letter)) throw bad('there is nothing to repeat')
    const own = letter.codePointAt(0)
    return { kind: 'take', fits: (code) => code === own }
  }

  function group(): Node {
    if (letters[at] === '?') {
      if (letters[at + 1] !== ':') throw bad('looking around is not offered')
      at += 2
    }
    if (++depth > 50) throw bad('it is nested too deeply')
    const inner = choice()
    depth--
    if (letters[at++] !== ')') throw bad('a parenthesis is not closed')
    return inner
  }

  function escaped(): (code: number) => boolean {
    const letter = letters[at++] ?? ''
    const known = classes[letter]
    if (known) return known
    if (/[0-9a-zA-Z]/.test(letter) && controls[letter] === undefined) {
      throw bad(`\\${letter} is not offered`)
    }
    if (letter === '') throw bad('it ends with a backslash')
    const own = controls[letter] ?? letter.codePointAt(0)
    return (code) => code === own
  }

  function set(): (code: number) => boolean {
    const isNot = letters[at] === '^'
    if (isNot) at++
    const tests: ((code: number) => boolean)[] = []
    while (letters[at] !== ']' || tests.length === 0) {
      if (at >= letters.length) throw bad('a bracket is not closed')
      const letter = letters[at++] ?? ''
      if (letter === '\\') {
        tests.push(escaped())
        continue
      }
      const from = letter.codePointAt(0) ?? 0
      const isRange = letters[at] === '-' && letters[at + 1] !== ']' && at + 1 < letters.length
      const to = isRange ? (letters[at + 1]?.codePointAt(0) ?? 0) : from
      if (isRange) at += 2
      if (to < from) throw bad('a range runs backwards')
      tests.push((code) => code >= from && code <= to)
    }
    at++
    return (code) => tests.some((test) => test(code)) !== isNot
  }

  function bad(problem: string): BadPattern {
    return new BadPattern(`${problem} (at its character ${Math.min(at, letters.length)})`)
  }
}
