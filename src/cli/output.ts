import { TidemillError } from '#contract/error'

/** A result as JSON, or as the text that a person reads. */
export function show<T>(result: T, json: boolean | undefined, pretty: (result: T) => string): void {
  const text = json ? JSON.stringify(result, null, 2) : pretty(result)
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

/** What is wrong, and what to do; the stack only of a fault that is ours. */
export function showError(error: unknown, json: boolean): void {
  if (error instanceof TidemillError) {
    const { code, message, hint, details } = error
    process.stderr.write(
      json
        ? `${JSON.stringify({ error: { code, message, hint, details } })}\n`
        : `${red('✗')} ${message}\n${hint === '' ? '' : `  ${hint}\n`}`,
    )
    return
  }
  // what the operating system refuses is no fault of ours: its sentence says which file and why
  const system = error instanceof Error && 'syscall' in error
  const text = system ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${red('✗')} ${text}\n`)
}

/** Says beside the result what of the question had no answer. */
export function warn(text: string): void {
  process.stderr.write(`${yellow('!')} ${text}\n`)
}

/** Columns as wide as their widest cell; numbers to the right. */
export function textTable(
  headers: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))))
  const widths = headers.map((header, i) =>
    Math.max(header.length, ...cells.map((row) => (row[i] ?? '').length)),
  )
  const numeric = headers.map((_, i) => rows.every((row) => typeof row[i] !== 'string'))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (numeric[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd()
  return [dim(line(headers)), ...cells.map(line)].join('\n')
}

const colours = process.stdout.isTTY && !process.env.NO_COLOR

export function dim(text: string): string {
  return colours ? `\u001b[2m${text}\u001b[22m` : text
}
export function bold(text: string): string {
  return colours ? `\u001b[1m${text}\u001b[22m` : text
}
export function green(text: string): string {
  return colours ? `\u001b[32m${text}\u001b[39m` : text
}
export function red(text: string): string {
  return colours ? `\u001b[31m${text}\u001b[39m` : text
}
export function yellow(text: string): string {
  return colours ? `\u001b[33m${text}\u001b[39m` : text
}

export function shortNumber(value: number | null | undefined): string {
  if (value === undefined) return ''
  // JSON has no number for NaN and the infinities.
  if (value === null) return 'not finite'
  return Number.isInteger(value) ? String(value) : value.toPrecision(4)
}

export function when(time: number | undefined): string {
  return time === undefined ? '' : new Date(time).toISOString().replace('T', ' ').slice(0, 19)
}
