import { isKept, type BenchCase, type Figure } from './figure.ts'

export interface Measured {
  readonly bench: BenchCase
  readonly figures: readonly Figure[]
}

export interface Machine {
  readonly cores: number
  readonly gigabytes: number
  readonly node: string
  readonly date: string
}

const columns = ['what', 'measured', 'promised', 'baseline in the same run', 'ratio'] as const

/** One row a figure, as texts. */
export function rowsOf(measured: readonly Measured[]): readonly (readonly string[])[] {
  return measured.flatMap(({ figures }) =>
    figures.map((figure) => [
      figure.title,
      `${shown(figure.value)} ${figure.unit}${mark(figure)}`,
      promised(figure),
      figure.baseline ? `${figure.baseline.title}: ${shown(figure.baseline.value)}` : '–',
      ratio(figure),
    ]),
  )
}

export function tableFor(measured: readonly Measured[]): string {
  const rows = [columns, ...rowsOf(measured)].map((row) =>
    row.map((cell) => cell.replaceAll('`', '')),
  )
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

export function pageFor(
  measured: readonly Measured[],
  { cores, gigabytes, node, date }: Machine,
  slow: string,
): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return `# Benchmarks

Written by \`npm run bench\` on ${date}, on a machine with ${cores} cores and ${gigabytes} GB of memory, which others used at the same time, under Node ${node}.
A ratio with a baseline of the same run says more than the number beside it. \`npm run bench -- NAME…\` measures only the cases named and
leaves this page alone; the cases are ${measured.map(({ bench }) => `\`${bench.name}\``).join(', ')}.

${[row(columns), row(columns.map(() => '---')), ...rowsOf(measured).map(row)].join('\n')}

## How each is measured

${measured.map(({ bench }) => `- **${bench.name}**: ${bench.method}`).join('\n')}

## What is still slow

${slow.trim()}
`
}

function mark(figure: Figure): string {
  const kept = isKept(figure)
  return kept === undefined ? '' : kept ? ' ✓' : ' ✗'
}

function promised({ least, most, unit }: Figure): string {
  if (least !== undefined) return `≥ ${shown(least)} ${unit}`
  return most === undefined ? '–' : `≤ ${shown(most)} ${unit}`
}

/** Of like with like: a cost in percent has no ratio with a rate. */
function ratio({ value, baseline, unit }: Figure): string {
  return baseline === undefined || unit === '%' ? '–' : shown(value / baseline.value)
}

function shown(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2
  return value.toLocaleString('en', { maximumFractionDigits: digits })
}
