/** What may stand at the caret of a filter, and which part of the text it would take the place of. */
export interface Place {
  readonly expects: 'subject' | 'comparator' | 'value' | 'connector'
  readonly from: number
  readonly to: number
  /** What of it has been written. */
  readonly written: string
  /** The subject that a comparator or a value belongs to: `params.lr`, `status`. */
  readonly of?: string
}

const token =
  /(?<word>[\p{L}_][\p{L}\p{N}_/.-]*(?:`[^`]*`?|"[^"]*"?)?)|(?<text>'(?:[^']|'')*'?|"[^"]*"?|`[^`]*`?)|(?<number>[-+]?[\d.][\d.eE+-]*)|(?<sign>!=|<=|>=|[=<>(),!])/gu

interface Token {
  readonly kind: string
  readonly text: string
  readonly from: number
  readonly to: number
}

const comparators = ['=', '!=', '<', '<=', '>', '>=', 'like', 'ilike', 'in']

/** Reads a filter up to the caret as the server would, and stops where the caret is. */
export function placeAt(text: string, caret: number): Place {
  const tokens: Token[] = []
  for (const match of text.matchAll(token)) {
    const [kind] = Object.entries(match.groups ?? {}).find(([, each]) => each !== undefined) ?? ['']
    tokens.push({ kind, text: match[0], from: match.index, to: match.index + match[0].length })
  }
  // The word that the caret touches is being written; what stands after it is replaced with it.
  const touched = tokens.find(
    (each) => each.from < caret && caret <= each.to && each.kind !== 'sign',
  )
  const before = tokens.filter((each) => each.to <= caret && each !== touched)
  let expects: Place['expects'] = 'subject'
  let of: string | undefined
  let depth = 0
  for (const each of before) {
    const word = each.text.toLowerCase()
    if (expects === 'subject') {
      if (word === '(' || word === 'not') continue
      of = each.text
      expects = 'comparator'
    } else if (expects === 'comparator') {
      if (comparators.includes(word)) expects = 'value'
      else if (word === 'null') expects = 'connector'
    } else if (expects === 'value') {
      if (word === '(') depth = 1
      else if (depth > 0 && word !== ')') continue
      else if (word !== ',') {
        depth = 0
        expects = 'connector'
      }
    } else if (word === 'and' || word === 'or') {
      expects = 'subject'
      of = undefined
    }
  }
  const from = touched?.from ?? caret
  return {
    expects,
    from,
    to: touched?.to ?? caret,
    written: text.slice(from, caret),
    ...(of === undefined ? {} : { of }),
  }
}

export interface Choice {
  /** What is put in. */
  readonly text: string
  readonly label: string
  readonly note?: string
}

export const attributes: readonly Choice[] = [
  ['run_name', 'name'],
  ['status', 'running, finished, failed …'],
  ['user_id', 'who started it'],
  ['start_time', 'milliseconds since 1970'],
  ['end_time', 'milliseconds since 1970'],
  ['duration', 'milliseconds'],
  ['run_id', 'identifier'],
  ['datasets.name', 'data set'],
].map(([text = '', note = '']) => ({ text, label: text, note }))

const numbers = new Set(['start_time', 'end_time', 'duration', 'started', 'created', 'ended'])

export function comparatorsFor(of: string): readonly Choice[] {
  const isNumber = /^metrics?\./.test(of) || numbers.has(of.replace(/^attributes?\./, ''))
  const signs = isNumber
    ? ['>', '>=', '<', '<=', '=', '!=']
    : [
        '=',
        '!=',
        'LIKE',
        'ILIKE',
        'IN',
        ...(/^(?:param|tag)/.test(of) ? ['IS NULL', 'IS NOT NULL'] : []),
      ]
  const notes: Readonly<Record<string, string>> = {
    LIKE: '% any, _ one letter',
    ILIKE: 'capitals or not',
    IN: "('a', 'b')",
    'IS NULL': 'not set',
    'IS NOT NULL': 'set',
  }
  return signs.map((text) => {
    const note = notes[text]
    return { text, label: text, ...(note === undefined ? {} : { note }) }
  })
}

export const connectors: readonly Choice[] = [
  { text: 'AND', label: 'AND', note: 'both' },
  { text: 'OR', label: 'OR', note: 'either' },
]

/** A key as a filter writes it: in backticks where it is not one word. */
export function writeKey(area: string, key: string): string {
  const isPlain = /^[\p{L}_][\p{L}\p{N}_/-]*(?:\.[\p{L}_][\p{L}\p{N}_/-]*)*$/u.test(key)
  return `${area}.${isPlain ? key : `\`${key}\``}`
}

export function writeText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** The text with the choice put in, and where the caret then stands. */
export function putIn(
  text: string,
  place: Place,
  choice: Choice,
): { readonly text: string; readonly caret: number } {
  const after = text.slice(place.to)
  const gap = after.startsWith(' ') ? '' : ' '
  const next = `${text.slice(0, place.from)}${choice.text}${gap}`
  return { text: next + after, caret: next.length + (gap === '' ? 1 : 0) }
}
