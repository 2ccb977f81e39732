import { BadPattern } from './automaton.ts'
import type { Fits, Node } from './pattern-steps.ts'

/** PostgreSQL's own limit is 255. */
const mostSharedRepeats = 200
const mostRepeats = 1000

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

/** A letter by itself, which may begin or end a range, or several. */
interface Atom {
  readonly fits: Fits
  readonly code?: number
}

function one(code: number): Atom {
  return { code, fits: (other) => other === code }
}

/** Reads a pattern; `isShared` takes only what PostgreSQL reads in the same way. */
export function parsePattern(pattern: string, isShared: boolean): Node {
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
    if (isShared && (of.kind === 'start' || of.kind === 'end')) throw bad('no place is repeated')
    // Lazy or not, it is in the text or it is not.
    if (letters[at] === '?') at++
    if (countsOf()) throw bad('only one repetition can follow')
    return { kind: 'repeat', of, least: counts[0], most: counts[1] }
  }

  function countsOf(): readonly [number, number] | undefined {
    const letter = letters[at]
    const known = { '*': [0, Infinity], '+': [1, Infinity], '?': [0, 1] } as const
    if (letter === '*' || letter === '+' || letter === '?') {
      at++
      return known[letter]
    }
    if (!isCount()) return undefined
    const braces = /^\{(\d{1,4})(?:(,)(\d{0,4}))?\}/.exec(letters.slice(at, at + 12).join(''))
    if (!braces)
      throw bad('a repetition is written {m}, {m,} or {m,n}, in at most four digits each')
    const [all, from = '', comma, to = ''] = braces
    const least = Number(from)
    const most = comma === undefined ? least : to === '' ? Infinity : Number(to)
    const largest = isShared ? mostSharedRepeats : mostRepeats
    if (least > largest || most < least || (most > largest && most !== Infinity)) {
      throw bad(`a repetition is at most ${largest} times`)
    }
    at += all.length
    return [least, most]
  }

  /** A brace before anything else than a digit is a letter. */
  function isCount(): boolean {
    return letters[at] === '{' && digit(letters[at + 1]?.codePointAt(0) ?? 0)
  }

  function single(): Node {
    if (isCount()) throw bad('there is nothing to repeat')
    const letter = letters[at++] ?? ''
    if (letter === '^') return { kind: 'start' }
    if (letter === '$') return { kind: 'end' }
    if (letter === '.') return { kind: 'take', fits: (code) => code !== 10 }
    if (letter === '(') return group()
    if (letter === '[') return { kind: 'take', fits: set() }
    if (letter === '\\') {
      const place = letters[at] === 'b' ? 'edge' : letters[at] === 'B' ? 'inside' : undefined
      if (place === undefined || isShared) return { kind: 'take', fits: escaped().fits }
      at++
      return { kind: place }
    }
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

  function escaped(): Atom {
    const letter = letters[at++] ?? ''
    const known = classes[letter]
    if (known) return { fits: known }
    if (!isShared && 'xu'.includes(letter)) return byNumber(letter)
    if (!isShared && 'pP'.includes(letter)) return { fits: property(letter) }
    if (/[0-9a-zA-Z]/.test(letter) && controls[letter] === undefined) {
      throw bad(`\\${letter} is not offered`)
    }
    if (letter === '') throw bad('it ends with a backslash')
    return one(controls[letter] ?? letter.codePointAt(0) ?? 0)
  }

  /** `\x41`, `\u0041` and `\u{41}`. */
  function byNumber(letter: string): Atom {
    const rest = letters.slice(at, at + 10).join('')
    const form = letter === 'x' ? /^([0-9a-f]{2})/i : /^(?:([0-9a-f]{4})|\{([0-9a-f]{1,6})\})/i
    const [all, plain, braced] = form.exec(rest) ?? []
    const code = Number.parseInt(plain ?? braced ?? '', 16)
    if (all === undefined || !(code <= 0x10ffff)) throw bad(`\\${letter} names no letter`)
    at += all.length
    return one(code)
  }

  /** `\p{L}`: what Unicode says of a letter. */
  function property(letter: string): Fits {
    const [all, name = ''] = /^\{([\w=]{1,40})\}/.exec(letters.slice(at, at + 42).join('')) ?? []
    if (all === undefined) throw bad(`\\${letter} names no property`)
    at += all.length
    try {
      const own = new RegExp(`^\\${letter}{${name}}$`, 'u')
      return (code) => own.test(String.fromCodePoint(code))
    } catch {
      throw bad(`there is no property ${name}`)
    }
  }

  function set(): Fits {
    const isNot = letters[at] === '^'
    if (isNot) at++
    const tests: Fits[] = []
    while (letters[at] !== ']' || tests.length === 0) {
      if (at >= letters.length) throw bad('a bracket is not closed')
      const from = inSet()
      const isRange = letters[at] === '-' && letters[at + 1] !== ']' && at + 1 < letters.length
      if (isShared && isRange && from.code === undefined) throw bad('a range begins with no letter')
      tests.push(isRange && from.code !== undefined ? range(from.code) : from.fits)
    }
    at++
    return (code) => tests.some((test) => test(code)) !== isNot
  }

  function range(low: number): Fits {
    at++
    const high = inSet().code
    if (high === undefined) throw bad('a range ends in no letter')
    if (high < low) throw bad('a range runs backwards')
    if (isShared && letters[at] === '-' && letters[at + 1] !== ']') {
      throw bad('a range goes on in no other')
    }
    return (code) => code >= low && code <= high
  }

  function inSet(): Atom {
    const letter = letters[at++] ?? ''
    const pair = letter + (letters[at] ?? '')
    if (isShared && /^(?:\[[:.=]|\\[DWS])$/.test(pair)) {
      throw bad(`${pair} is not offered in brackets`)
    }
    return letter === '\\' ? escaped() : one(letter.codePointAt(0) ?? 0)
  }

  function bad(problem: string): BadPattern {
    return new BadPattern(`${problem} (at its character ${Math.min(at, letters.length)})`)
  }
}
