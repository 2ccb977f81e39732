import type { Row } from '#table'
import { cellsOf } from './cells.ts'

/** Lines of CSV with a header, a piece at a time. A missing value is an empty field. */
export function* csvText(names: readonly string[], rows: Iterable<Row>): Generator<string> {
  yield `${names.map(field).join(',')}\n`
  for (const row of rows) {
    const cells = cellsOf(row)
    yield `${names.map((name) => field(cells[name] ?? '')).join(',')}\n`
  }
}

function field(value: number | string | boolean): string {
  const text = String(value)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
