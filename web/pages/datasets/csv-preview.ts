export interface CsvPreview {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What the server will stumble over, by line. */
  readonly problems: readonly string[]
}

/** Reads the beginning of a CSV as a person would look at it: its columns, first rows, and what looks wrong. */
export function previewCsv(text: string, whole: boolean, shown = 6): CsvPreview {
  const records = splitCsv(text)
  // The last record of a part of a file is most likely cut off.
  if (!whole) records.pop()
  const [columns = [], ...rows] = records
  const problems = [...headerProblems(columns), ...raggedRows(columns.length, rows)]
  if (text.includes('\uFFFD')) {
    problems.push('Some bytes are not UTF-8; save the file as UTF-8 before importing it.')
  }
  if (rows.length === 0) problems.push('There are no rows after the header.')
  return { columns, rows: rows.slice(0, shown), problems }
}

function headerProblems(columns: readonly string[]): string[] {
  const problems: string[] = []
  const seen = new Set<string>()
  for (const [index, name] of columns.entries()) {
    if (name.trim() === '') problems.push(`Column ${index + 1} has no name.`)
    else if (seen.has(name)) problems.push(`The column “${name}” is there twice.`)
    seen.add(name)
  }
  return problems
}

function raggedRows(width: number, rows: readonly (readonly string[])[]): string[] {
  const ragged = rows.flatMap((row, index) => (row.length === width ? [] : [{ row, index }]))
  const told = ragged
    .slice(0, 3)
    .map(({ row, index }) => `Row ${index + 1} has ${row.length} values; the header has ${width}.`)
  return ragged.length > 3 ? [...told, `… and ${ragged.length - 3} more rows like it.`] : told
}

/** Records of fields; the separator is whichever of comma, semicolon and tab the header has most of. */
function splitCsv(text: string): string[][] {
  const separator = separatorOf(text.slice(0, text.indexOf('\n') + 1 || undefined))
  const records: string[][] = []
  let record: string[] = []
  let field = ''
  let quoted = false
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at++) {
    const letter = text[at] ?? ''
    if (quoted) {
      if (letter !== '"') field += letter
      else if (text[at + 1] === '"') {
        field += '"'
        at += 1
      } else quoted = false
    } else if (letter === '"') quoted = true
    else if (letter === separator) {
      record.push(field)
      field = ''
    } else if (letter === '\n') {
      records.push([...record, field.replace(/\r$/, '')])
      record = []
      field = ''
    } else field += letter
  }
  if (field !== '' || record.length > 0) records.push([...record, field])
  return records
}

function separatorOf(header: string): string {
  const counts = [',', ';', '\t'].map((each) => [each, header.split(each).length] as const)
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0]
}
