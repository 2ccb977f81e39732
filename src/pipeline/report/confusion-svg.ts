import { compareText } from '../values/python-text.ts'
import type { PlotRow } from './plot-rows.ts'
import type { Plot } from './plots.ts'
import { shortName, svgOf, svgText } from './svg-parts.ts'

const [left, top, gap] = [90, 56, 24]

/** Beyond, cells are too small to say anything, and too many to keep. */
const mostClasses = 100

/** How often each pair of classes comes, a square a revision; normalized, its share of the column's predictions. */
export function confusionSvg(plot: Plot): string | undefined {
  const [column = ''] = plot.y
  const rows = plot.series.flatMap((series) => series.rows ?? [])
  const isPair = (row: PlotRow) => row[plot.x] !== undefined && row[column] !== undefined
  const classes = [
    ...new Set(rows.filter(isPair).flatMap((row) => [nameOf(row[plot.x]), nameOf(row[column])])),
  ].sort(compareText)
  if (classes.length === 0 || classes.length > mostClasses) return undefined
  const cell = Math.max(14, Math.min(44, Math.floor(330 / classes.length)))
  const side = cell * classes.length
  const squares = plot.series.map(({ revision, rows: own = [] }, index) => {
    const counts = new Map<string, number>()
    for (const row of own.filter(isPair)) {
      const key = `${nameOf(row[plot.x])}\0${nameOf(row[column])}`
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
    const x = left + index * (side + gap)
    return `${svgText(x, 14, revision, 'start')}${cells(counts, classes, { x, cell, normalized: plot.template === 'confusion_normalized' })}`
  })
  const names = classes.map((name, row) =>
    svgText(left - 6, top + row * cell + cell / 2 + 4, shortName(name, 13), 'end'),
  )
  const axes = `${svgText(left, 28, `${plot.xLabel ?? plot.x} →, ${plot.yLabel ?? column} ↓`, 'start')}`
  const width = left + plot.series.length * (side + gap)
  return svgOf(
    plot.title ?? plot.id,
    top + side + 10,
    `${axes}${names.join('')}${squares.join('')}`,
    width,
  )
}

function cells(
  counts: ReadonlyMap<string, number>,
  classes: readonly string[],
  {
    x,
    cell,
    normalized,
  }: { readonly x: number; readonly cell: number; readonly normalized: boolean },
): string {
  const count = (actual: string, predicted: string) => counts.get(`${actual}\0${predicted}`) ?? 0
  const shares = classes.map((predicted) => {
    const sum = classes.reduce((total, actual) => total + count(actual, predicted), 0)
    return classes.map((actual) => count(actual, predicted) / (normalized ? sum || 1 : 1))
  })
  const most = shares.flat().reduce((a, b) => Math.max(a, b), Number.MIN_VALUE)
  const drawn = shares.flatMap((row, down) =>
    row.map((value, across) => {
      const [cx, cy] = [x + across * cell, top + down * cell]
      const shade = `<rect x="${cx}" y="${cy}" width="${cell - 1}" height="${cell - 1}" fill="#1f77b4" fill-opacity="${(0.06 + 0.6 * (value / most)).toFixed(2)}"/>`
      const said = normalized ? value.toFixed(2) : String(value)
      return `${shade}${svgText(cx + cell / 2, cy + cell / 2 + 4, said, 'middle')}`
    }),
  )
  const names = classes.map((name, across) =>
    svgText(x + across * cell + cell / 2, top - 6, shortName(name, Math.ceil(cell / 7)), 'middle'),
  )
  return `${names.join('')}${drawn.join('')}`
}

function nameOf(value: PlotRow[string] | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}
