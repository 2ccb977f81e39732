import { markdownTable, plotShape, type Plot, type TextTable } from '#pipeline'
import type { ReportedGate, ChangeReport } from './change-report.ts'
import { plotFiles } from './plot-files.ts'
import { costLine, dataTable, stageTable, verdictLine } from './report-tables.ts'

/** GitHub refuses comments of 65,536 characters or more. */
export const longestComment = 65_000

/** Where a file beside the report can be fetched from. */
export type Assets = (file: string) => string | undefined

/** Files that lie under one address. */
export function assetsAt(url: string): Assets {
  return (file) => `${url.replace(/\/$/, '')}/${encodeURI(file)}`
}

export interface MarkdownOptions {
  /** Tells one report of a change from another. */
  readonly label?: string
  /** Without it plots are drawn as Mermaid charts, which need no file, as far as those go. */
  readonly assets?: Assets
  readonly longest?: number
}

/** By what a comment is found again. Hidden where Markdown is rendered. */
export function reportMarker(label = 'default'): string {
  return `<!-- tidemill-report:${label} -->`
}

/**
 * The report as a comment: verdict first, what does not fit is trimmed from the end of the importance, tables last. Deterministic:
 * the same repository gives the same text.
 */
export function reportMarkdown(report: ChangeReport, options: MarkdownOptions = {}): string {
  const longest = options.longest ?? longestComment
  const fixed = [reportMarker(options.label), `## ${verdictLine(report)}`, '']
  const parts: readonly ((rows: number) => string[])[] = [
    () => report.gates.flatMap(gateLines),
    (rows) => section('Metrics', trimmed(report.metrics, rows), 'No metrics are declared.'),
    (rows) => section('Parameters', trimmed(report.params, rows), 'No parameter differs.'),
    (rows) => section('Data', trimmed(dataTable(report.data), rows), 'No data differ.'),
    (rows) => [
      '### Stages',
      '',
      costLine(report.stages),
      '',
      ...folded('Stage by stage', table(trimmed(stageTable(report.stages), rows))),
    ],
    () => plotLines(report.plots, options.assets),
    () => folded('Pipeline', ['```mermaid', report.graph.trim(), '```']),
    () => [environmentLine(report), ''],
  ]
  for (const rows of [200, 60, 20, 5]) {
    const text = [...fixed, ...parts.flatMap((part) => part(rows))].join('\n')
    if (text.length <= longest) return text
  }
  // What a reader can do without goes first: the graph and the plots.
  const rest = 'The rest does not fit into a comment; report.html has it whole.\n'
  for (let kept = parts.length - 2; kept >= 0; kept--) {
    const text = [...fixed, ...parts.slice(0, kept).flatMap((part) => part(5)), rest].join('\n')
    if (text.length <= longest) return text
  }
  return [...fixed, rest].join('\n').slice(0, longest)
}

function gateLines({ model, version, passed, checks, commit }: ReportedGate): string[] {
  const lines = checks.map((check) => `- ${check.passed ? '✅' : '❌'} ${oneLine(check.summary)}`)
  const title = `### Gate of ${model}, version ${version}: ${passed ? 'passed ✅' : 'refused ❌'}`
  const from = commit === undefined ? [] : [`Of a run at \`${commit.slice(0, 10)}\`.`, '']
  return passed && lines.length > 12
    ? [title, '', ...from, ...folded(`${lines.length} checks`, lines)]
    : [title, '', ...from, ...lines, '']
}

function section(title: string, rows: TextTable, nothing: string): string[] {
  return [`### ${title}`, '', ...(rows.rows.length === 0 ? [nothing] : table(rows)), '']
}

function table({ headers, rows }: TextTable): string[] {
  const escaped = rows.map((row) => row.map((cell) => oneLine(cell).replaceAll('|', '\\|')))
  return markdownTable({ headers, rows: escaped }).trim().split('\n')
}

function trimmed({ headers, rows }: TextTable, most: number): TextTable {
  if (rows.length <= most) return { headers, rows }
  const more = headers.map((_, index) => (index === 0 ? `… ${rows.length - most} more` : ''))
  return { headers, rows: [...rows.slice(0, most), more] }
}

/** Closed until a reader opens it; the empty lines let Markdown go on inside. */
function folded(title: string, lines: readonly string[]): string[] {
  return [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>', '']
}

function plotLines(plots: readonly Plot[], assets: Assets | undefined): string[] {
  const drawn = plots.flatMap((plot) => {
    const pictures = assets ? imageLines(plot, assets) : []
    return pictures.length > 0 ? pictures : chartLines(plot)
  })
  return drawn.length === 0 ? [] : folded(`Plots (${plots.length})`, drawn)
}

function imageLines(plot: Plot, assets: Assets): string[] {
  return plotFiles(plot).flatMap(({ file, alt }) => {
    const url = assets(file)
    return url === undefined ? [] : [`![${oneLine(alt)}](${url})\n`]
  })
}

/** At most so many points of a line: a chart of Mermaid is text. */
const longestLine = 40

/** What a chart of Mermaid cannot show is named. */
const shapes = {
  image: 'an image',
  points: 'points',
  bars: 'bars',
  confusion: 'a confusion matrix',
} as const

function chartLines(plot: Plot): string[] {
  const title = oneLine(plot.title ?? plot.id).replaceAll('"', "'")
  const shape = plotShape(plot)
  if (shape !== 'lines') return [`${title}: ${shapes[shape]}, in report.html`, '']
  const fromSeveral = new Set(plot.series.map(({ path }) => path)).size > 1
  const lines = plot.series.flatMap(({ revision, path, rows = [] }) =>
    plot.y.flatMap((column) => {
      const numbers = rows.flatMap((row) => {
        const value = row[column]
        return typeof value === 'number' ? [value] : []
      })
      const label = fromSeveral ? `${revision} ${path} ${column}` : `${revision} ${column}`
      return numbers.length > 1 ? [{ label, numbers: thinned(numbers) }] : []
    }),
  )
  if (lines.length === 0) return [`${title}: too few numbers for a line`, '']
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${title}"`,
    `  y-axis "${oneLine(plot.yLabel ?? plot.y.join(', ')).replaceAll('"', "'")}"`,
    ...lines.map(({ numbers }) => `  line [${numbers.join(', ')}]`),
    '```',
    lines.map(({ label }) => oneLine(label)).join(' · '),
    '',
  ]
}

function thinned(numbers: readonly number[]): readonly number[] {
  const step = Math.max(1, (numbers.length - 1) / (longestLine - 1))
  const count = Math.min(numbers.length, longestLine)
  return Array.from({ length: count }, (_, index) =>
    Number((numbers[Math.round(index * step)] ?? 0).toPrecision(5)),
  )
}

function environmentLine({ environment }: ChangeReport): string {
  return `<sub>${Object.entries(environment)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ')}</sub>`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('<', '&lt;')
}
