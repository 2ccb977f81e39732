/** A line of CSV for spreadsheets: what one would run as a formula is marked as text. */
export function csvLine(cells: readonly (number | string | null)[]): string {
  return `${cells.map(field).join(',')}\n`
}

function field(value: number | string | null): string {
  if (typeof value === 'number') return String(value)
  const plain = value ?? ''
  const text =
    /^[=+\-@\t\r\n＝＋－＠]/.test(plain) && Number.isNaN(Number(plain)) ? `'${plain}` : plain
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
