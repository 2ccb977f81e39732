import { createReadStream } from 'node:fs'
import { TidemillError } from '#contract'

export interface CsvHeader {
  readonly names: readonly string[]
  readonly delimiter: string
}

const delimiters = [',', ';', '\t', '|']

/** The names in the first record of a CSV, and what parts them: whichever of the usual delimiters it has most of. */
export async function readCsvHeader(file: string, shownAs: string): Promise<CsvHeader> {
  const record = await firstRecord(file)
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
    if (seen.has(name))
      throw new TidemillError('csv_duplicate_header', { file: shownAs, column: name })
    seen.add(name)
  }
  return { names, delimiter }
}

/** Everything up to the first line end that is outside quotes, without a byte order mark. */
async function firstRecord(file: string): Promise<string> {
  let text = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    text += String(chunk)
    const end = recordEnd(text)
    if (end >= 0) {
      text = text.slice(0, end)
      break
    }
  }
  return text.replace(/^\uFEFF/, '').replace(/\r$/, '')
}

function recordEnd(text: string): number {
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted
    else if (text[i] === '\n' && !quoted) return i
  }
  return -1
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
