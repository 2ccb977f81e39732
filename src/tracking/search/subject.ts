import type { Area, Attribute, Grammar } from './grammar.ts'
import type { TokenReader } from './token-reader.ts'
import type { Token } from './tokens.ts'

/** A place that is compared: what it is called, and what it holds. */
export interface Subject {
  readonly area: string
  readonly key: string
  readonly kind: 'text' | 'number'
  readonly in: boolean
  readonly nulls: boolean
  readonly lower: boolean
  readonly sized: boolean
  readonly whole?: RegExp
}

const attributeAreas: readonly string[] = ['attributes', 'attribute', 'attr', 'run', 'trace']

/** Reads `metrics.f1`, or an attribute with or without its area. */
export function readSubject(reader: TokenReader, grammar: Grammar): Subject {
  const first = reader.peek()
  if (first?.kind !== 'word') return reader.fail('a key such as metrics.f1 was expected')
  reader.take()
  if (!reader.isSign('.')) return attribute(reader, grammar, first.text, first)
  const name = first.text.toLowerCase()
  if (attributeAreas.includes(name)) {
    reader.take()
    const token = reader.peek()
    return attribute(reader, grammar, readKey(reader), token ?? first)
  }
  const area = Object.hasOwn(grammar.areas, name) ? grammar.areas[name] : undefined
  if (!area) return reader.fail(`${first.text} is no area; there are ${areaNames(grammar)}`, first)
  reader.take()
  return ofArea(reader, area, readKey(reader), first)
}

function attribute(reader: TokenReader, grammar: Grammar, written: string, at: Token): Subject {
  const found = attributeOf(grammar, written)
  if (!found) {
    const names = [...new Set(Object.values(grammar.attributes).map((each) => each.name))]
    return reader.fail(
      `${grammar.of} have no attribute ${written}; they have ${names.join(', ')}`,
      at,
    )
  }
  const { name, kind, lower = false, whole } = found
  const own = { key: name, kind, in: found.in ?? false, lower, ...(whole ? { whole } : {}) }
  return { area: 'attributes', ...own, nulls: false, sized: false }
}

function ofArea(reader: TokenReader, area: Area, key: string, at: Token): Subject {
  const isOwn = area.prefix !== undefined && key.startsWith(area.prefix)
  if (area.keys && !isOwn && !area.keys.includes(key)) {
    return reader.fail(`${area.name} have ${area.keys.join(', ')}, not ${key}`, at)
  }
  const { name, kind, nulls = false, sized = false } = area
  return { area: name, key, kind, in: area.in ?? false, nulls, lower: false, sized }
}

/** A key in quotes, or words and numbers that dots join without a space. */
function readKey(reader: TokenReader): string {
  let key = ''
  for (;;) {
    const token = reader.peek()
    if (!token || (token.kind !== 'word' && token.kind !== 'number')) {
      return reader.fail('a key was expected')
    }
    key += token.text
    reader.take()
    const [dot, after] = [reader.peek(), reader.peek(1)]
    const glued =
      dot?.kind === 'sign' &&
      dot.text === '.' &&
      dot.at === token.at + token.text.length &&
      after?.at === dot.at + 1
    if (token.quoted || !glued) return key
    key += '.'
    reader.take()
  }
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
