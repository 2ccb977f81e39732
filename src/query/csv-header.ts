import { createReadStream } from 'node:fs'
import { TidemillError } from '#contract'

export interface CsvHeader {
  readonly names: readonly string[]
  readonly delimiter: string
}

const delimiters = [',', ';', '\t', '|']
const longestHeader = 1 << 20

/** The names in the first record of a CSV, and what parts them: whichever of the usual delimiters it has most of. */
export async function readCsvHeader(file: string, shownAs: string): Promise<CsvHeader> {
  const record = await firstRecord(file, shownAs)
  if (record.trim() === '') throw new TidemillError('csv_empty', { file: shownAs })
  const [delimiter = ','] = delimiters.toSorted(
    (a, b) => splitRecord(record, b).length - splitRecord(record, a).length,
  )
  const names = splitRecord(record, delimiter)
  const seen = new Set<string>()
  for (const [index, name] of names.entries()) {
    if (name === '') {
      const problem = `column ${index + 1} has no name.`
      throw new TidemillError('csv_malformed', { file: shownAs, line: 1, problem })
    }
    // The engine tells no names apart that differ by case alone.
    const folded = name.toLowerCase()
    if (seen.has(folded))
      throw new TidemillError('csv_duplicate_header', { file: shownAs, column: name })
    seen.add(folded)
  }
  return { names, delimiter }
}

/** Everything up to the first line end that is outside quotes, without a byte order mark. Each letter is looked at once. */
async function firstRecord(file: string, shownAs: string): Promise<string> {
  const endIn = recordEnd()
  let text = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const part = text === '' ? String(chunk).replace(/^\uFEFF/, '') : String(chunk)
    const end = endIn(part)
    if (end >= 0) return (text + part.slice(0, end)).replace(/\r$/, '')
    text += part
    if (text.length <= longestHeader) continue
    const problem = `the header does not end within ${longestHeader} letters; a quote may be opened and never closed.`
    throw new TidemillError('csv_malformed', { file: shownAs, line: 1, problem })
  }
  return text.replace(/\r$/, '')
}

/** Finds where a record that comes in parts ends; −1 for a part it goes past. A quote opens only where a field begins. */
function recordEnd(): (part: string) => number {
  let quoted = false
  let begins = true
  return (part) => {
    for (let i = 0; i < part.length; i++) {
      const at = part[i] ?? ''
      if (quoted) {
        // A doubled quote closes and opens again at once.
        if (at === '"') [quoted, begins] = [false, true]
      } else if (at === '\n') return i
      else if (at === '"' && begins) quoted = true
      else begins = delimiters.includes(at)
    }
    return -1
  }
}

/** The fields of one record. A quote inside quotes is doubled. */
export function splitRecord(record: string, delimiter: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let i = 0; i < record.length; i++) {
    const at = record[i]
    if (quoted) {
      if (at !== '"') field += at
      else if (record[i + 1] === '"') {
        field += '"'
        i++
      } else quoted = false
    } else if (at === '"' && field === '') quoted = true
    else if (at === delimiter) {
      fields.push(field)
      field = ''
    } else field += at
  }
  fields.push(field)
  return fields.map((each) => each.trim())
}
