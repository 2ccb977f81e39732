import { TidemillError } from '#contract'
import type { Grammar, OrderTerm } from './grammar.ts'
import { areaNames, attributeOf } from './subject.ts'

const term =
  /^\s*(?:(?<area>[A-Za-z]+)\s*\.\s*)?(?:`(?<tick>[^`]+)`|"(?<double>[^"]+)"|(?<bare>[^\s`",]+))(?:\s+(?<direction>\w+))?\s*$/

const mostTerms = 20

/** Parses `metrics.f1 desc`. No key may come twice. */
export function parseOrder(texts: readonly string[], grammar: Grammar): readonly OrderTerm[] {
  if (texts.length > mostTerms)
    throw badOrder(`it has more than ${mostTerms} terms`, texts[0] ?? '')
  const terms = texts.filter((text) => text.trim() !== '').map((text) => parseTerm(text, grammar))
  const seen = new Set<string>()
  for (const { area, key } of terms) {
    const name = `${area}.${key}`
    if (seen.has(name)) throw badOrder(`it names ${name} twice`, name)
    seen.add(name)
  }
  return terms
}

/** The terms of an order written in one line: `metrics.f1 desc, started asc`. */
export function splitOrder(text: string): readonly string[] {
  return text.match(/(?:`[^`]*`|"[^"]*"|[^,`"])+/g) ?? []
}

function parseTerm(text: string, grammar: Grammar): OrderTerm {
  const groups = term.exec(text)?.groups
  if (!groups) throw badOrder('it is not a key with ASC or DESC behind', text)
  const { area = 'attributes', tick, double, bare, direction = 'asc' } = groups
  const key = tick ?? double ?? bare ?? ''
  const way = direction.toLowerCase()
  if (way !== 'asc' && way !== 'desc') {
    throw badOrder(`${direction} is neither ASC nor DESC`, text)
  }
  const name = area.toLowerCase()
  if (['attributes', 'attribute', 'attr', 'run', 'trace'].includes(name)) {
    const attribute = attributeOf(grammar, key)
    if (!attribute || attribute.unordered) {
      throw badOrder(`${grammar.of} cannot be ordered by ${key}`, text)
    }
    return { area: 'attributes', key: attribute.name, direction: way }
  }
  const found = Object.hasOwn(grammar.areas, name) ? grammar.areas[name] : undefined
  if (!found) throw badOrder(`${area} is no area; there are ${areaNames(grammar)}`, text)
  // Of these there are many to a row, and none to order it by.
  if (found.keys) throw badOrder(`${grammar.of} cannot be ordered by ${found.name}`, text)
  return { area: found.name, key, direction: way }
}

function badOrder(problem: string, text: string): TidemillError {
  return new TidemillError('bad_request', {
    problem: `The order "${text.trim().slice(0, 200)}" cannot be read: ${problem}.`,
  })
}
