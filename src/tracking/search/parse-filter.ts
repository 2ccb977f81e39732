import type { Comparison, Filter, Grammar } from './grammar.ts'
import { readComparison } from './read-comparison.ts'
import { TokenReader } from './token-reader.ts'
import { unreadable } from './tokens.ts'

/** Longer ones are no filters of a person’s, and the database refuses them with words of its own. */
const mostText = 200_000
const mostComparisons = 300
const deepest = 50

/**
 * Parses a search filter such as `metrics.f1 > 0.6 and params.k = '5'`. Keys with spaces stand in backticks or double quotes. Unless
 * the grammar is strict, OR, NOT and parentheses may be used; AND binds closer than OR. An error says at which character.
 */
export function parseFilter(text: string, grammar: Grammar): Filter | undefined {
  if (text.length > mostText) throw unreadable(`it is longer than ${mostText} characters`, mostText)
  const reader: TokenReader = new TokenReader(text)
  let [comparisons, depth] = [0, 0]
  if (!reader.peek()) return undefined
  const filter = grammar.strict ? both() : either()
  const rest = reader.peek()
  if (rest) {
    const isOr = rest.kind === 'word' && rest.text.toLowerCase() === 'or'
    reader.fail(
      isOr ? 'only AND joins comparisons here, not OR' : `"${rest.text}" was not expected`,
    )
  }
  return filter

  function either(): Filter {
    const parts = [both()]
    while (reader.takeWord('or')) parts.push(both())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'or', parts }
  }

  function both(): Filter {
    const parts = [single()]
    while (reader.takeWord('and')) parts.push(single())
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'and', parts }
  }

  function single(): Filter {
    if (grammar.strict) return comparison()
    if (depth > deepest) reader.fail(`it is nested deeper than ${deepest} levels`)
    if (reader.takeWord('not')) {
      depth++
      const part = single()
      depth--
      return { kind: 'not', part }
    }
    if (reader.isSign('(')) {
      reader.take()
      depth++
      const inner = either()
      depth--
      if (!reader.isSign(')')) reader.fail('a closing parenthesis is missing')
      reader.take()
      return inner
    }
    return comparison()
  }

  function comparison(): Comparison {
    if (++comparisons > mostComparisons) {
      reader.fail(`it has more than ${mostComparisons} comparisons`)
    }
    return readComparison(reader, grammar)
  }
}
