import { scalarKind } from './scalar-kinds.ts'

const width = 80
const lineBreaks = new Set(['\n', '\u0085', '\u2028', '\u2029'])
const blanks = new Set(['\0', ' ', '\t', '\r', ...lineBreaks])
const leadingIndicators = new Set('#,[]{}&*!|>\'"%@`')

interface Analysis {
  readonly plain: boolean
  readonly single: boolean
}

/** Which styles can carry the text without a change of meaning. */
function analyse(characters: readonly string[], text: string): Analysis {
  let indicators = text.startsWith('---') || text.startsWith('...')
  let special = false
  let breaks = false
  let breakThenSpace = false
  let spaceThenBreak = false
  let previous = ' '
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1]
    const followedByBlank = next === undefined || blanks.has(next)
    if (index === 0) {
      if (leadingIndicators.has(character)) indicators = true
      if ('?:-'.includes(character) && followedByBlank) indicators = true
    } else {
      if (character === ':' && followedByBlank) indicators = true
      if (character === '#' && blanks.has(previous)) indicators = true
    }
    if (lineBreaks.has(character)) {
      breaks = true
      if (previous === ' ' && index > 0) spaceThenBreak = true
    }
    if (character === ' ' && index > 0 && lineBreaks.has(previous)) breakThenSpace = true
    if (isSpecial(character)) special = true
    previous = character
  }
  const [first = '', last = ''] = [characters[0], characters.at(-1)]
  const edges = [first, last].some((edge) => edge === ' ' || lineBreaks.has(edge))
  // DVC's writer puts U+2028 and its kin between single quotes with blanks added; escaped, they read back as they were
  const exotic = /[\u0085\u2028\u2029]/.test(text)
  const single = !special && !spaceThenBreak && !breakThenSpace && !exotic
  return { plain: single && !edges && !breaks && !indicators, single }
}

function isSpecial(character: string): boolean {
  if (character === '\n' || (character >= ' ' && character <= '~')) return false
  const point = character.codePointAt(0) ?? 0
  if (point === 0xfeff) return true
  const readable =
    point === 0x85 ||
    (point >= 0xa0 && point <= 0xd7ff) ||
    (point >= 0xe000 && point <= 0xfffd) ||
    point >= 0x10000
  return !readable
}

/** A string as a scalar; `column` is where it starts, `indent` where its further lines do. */
export function scalarText(text: string, indent: number, column: number): string {
  const characters = Array.from(text)
  const { plain, single } = analyse(characters, text)
  if (text !== '' && plain && scalarKind(text) === 'str') return foldPlain(text, indent, column)
  if (text.includes("'") || text.includes('\n')) return foldDouble(characters, indent, column)
  return single ? foldSingle(characters, indent, column) : foldDouble(characters, indent, column)
}

/** A string as a key, never folded: with its colon, or in the form for keys that are long or span lines. */
export function keyText(text: string, indent: number): string {
  const key = scalarText(text, 0, -1e9)
  const simple = !text.includes('\n') && Array.from(text).length < 128
  return simple ? `${key}:` : `? ${key}\n${' '.repeat(indent)}:`
}

/** Text that needs no quotes, folded at its blanks. */
export function foldPlain(text: string, indent: number, start: number): string {
  let column = start
  let out = ''
  let afterRun = false
  // runs of blanks stay whole; a lone one may end the line (DVC's writer breaks after runs too, and so loses blanks)
  for (const part of text.split(/( +)/)) {
    if (part.startsWith(' ')) {
      if (part.length === 1 && column >= width) {
        out += `\n${' '.repeat(indent)}`
        column = indent
      } else {
        out += part
        column += part.length
      }
      afterRun = part.length > 1
      continue
    }
    const length = Array.from(part).length
    if (length + column > width && column > indent && !afterRun) {
      out += `\n${' '.repeat(indent)}`
      column = indent
    }
    out += part
    column += length
  }
  return out
}

function foldSingle(characters: readonly string[], indent: number, start: number): string {
  let column = start + 1
  let out = "'"
  for (const [index, character] of characters.entries()) {
    const lone = character === ' ' && characters[index - 1] !== ' ' && characters[index + 1] !== ' '
    if (lone && column > width && index > 0 && index < characters.length - 1) {
      out += `\n${' '.repeat(indent)}`
      column = indent
    } else {
      out += character
      column += 1
    }
  }
  return `${out}'`
}

const escapes: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\x08': 'b',
  '\t': 't',
  '\n': 'n',
  '\x0b': 'v',
  '\x0c': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\u0085': 'N',
  '\u00a0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
}

function escaped(character: string): string {
  const short = escapes[character]
  if (short !== undefined) return `\\${short}`
  const point = character.codePointAt(0) ?? 0
  const hex = point.toString(16).toUpperCase()
  if (point <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return point <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}

function needsEscape(character: string): boolean {
  if ('"\\\u0085\u2028\u2029\ufeff'.includes(character)) return true
  return !(character >= ' ' && character <= '~') && (character === '\n' || isSpecial(character))
}

/**
 * Folds at a blank, or after an escape, past the width. The line ends in a backslash unless the blank alone, read back from the
 * line break, means the same. (After an escape DVC's writer at times leaves the backslash out, and reads a blank more than it
 * wrote: there this one differs.)
 */
function foldDouble(characters: readonly string[], indent: number, begin: number): string {
  let column = begin + 1
  let out = '"'
  let start = 0
  const last = characters.length - 1
  for (let end = 0; end <= characters.length; end += 1) {
    const character = characters[end]
    if (character === undefined || needsEscape(character)) {
      if (start < end) {
        out += characters.slice(start, end).join('')
        column += end - start
        start = end
      }
      if (character !== undefined) {
        const text = escaped(character)
        out += text
        column += text.length
        start = end + 1
      }
    }
    const canBreak = end > 0 && end < last && (character === ' ' || start >= end)
    if (!canBreak || column + (end - start) <= width) continue
    const backslash = needsBackslash(characters, start, end)
    out += `${characters.slice(start, end).join('')}${backslash ? '\\' : ''}\n${' '.repeat(indent)}`
    column = indent
    if (start < end) start = end
    if (characters[start] !== ' ') continue
    if (backslash) {
      out += '\\'
      column += 1
    } else start += 1
  }
  return `${out}"`
}

function needsBackslash(characters: readonly string[], start: number, end: number): boolean {
  if (start >= end && characters[start] !== ' ') return true
  const space = characters.indexOf(' ', end)
  if (space === -1) return true
  const newline = characters.indexOf('\n', end)
  const at = newline !== -1 && newline < space ? newline : space
  const after = characters[at + 1]
  if (after === undefined) return true
  if (characters[at] === '\n' && after !== ' ') return true
  const between = characters.slice(end, at)
  return (
    between.includes('"') ||
    between.includes("'") ||
    after === ' ' ||
    after === '\n' ||
    (characters[end - 1] === ' ' && characters[end] === ' ')
  )
}
