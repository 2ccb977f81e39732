import { automaton, BadPattern, type Effort } from './pattern/automaton.ts'
import { parsePattern } from './pattern/parse-pattern.ts'
import { stepsOf } from './pattern/pattern-steps.ts'

export { BadPattern, type Effort }

const longest = 500

/** For one text, unless a caller counts for several. */
const mostEffort = 10_000_000

/** Throws a BadPattern when a text takes more effort than is left. */
export type LinearPattern = (text: string, effort?: Effort) => boolean

export interface PatternOptions {
  /** Only what PostgreSQL's own expressions read in the same way. */
  readonly isShared?: boolean
}

/**
 * Whether a text holds what a regular expression describes: characters, `.`, classes, `\d \w \s \b \x41 \p{L}`, groups, `|`,
 * `* + ? {m,n}` and their lazy forms, `^ $`. All ways are followed at once, so that the time is the text's length times, at worst, the
 * pattern's: an engine that tries one way after the other can be kept busy for hours by twenty characters. What needs such an engine
 * (references back, looking around) is refused.
 */
export function linearPattern(
  pattern: string,
  { isShared = false }: PatternOptions = {},
): LinearPattern {
  if (pattern.length > longest) {
    throw new BadPattern(`a pattern is at most ${longest} characters long`)
  }
  const isIn = automaton(stepsOf(parsePattern(pattern, isShared)))
  return (text, effort = { left: mostEffort }) => isIn(text, effort)
}
