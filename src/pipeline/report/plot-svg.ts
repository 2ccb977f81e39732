import type { PlotRow } from './plot-rows.ts'
import type { Plot } from './plots.ts'

const colours = [
  '#1f77b4',
  '#ff7f0e',
  '#2ca02c',
  '#d62728',
  '#9467bd',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
]
const [width, height, margin] = [480, 300, 46]

interface Line {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
}

/** A drawing of a table of numbers, with its key below it; `undefined` when there are no numbers. */
export function plotSvg(plot: Plot): string | undefined {
  const lines = plot.series.flatMap(({ revision, rows = [] }) =>
    plot.y.map((column): Line => ({
      name: plot.y.length > 1 ? `${revision} ${column}` : revision,
      points: pointsOf(rows, plot.x, column),
    })),
  )
  const all = lines.flatMap(({ points }) => points)
  if (all.length === 0) return undefined
  const xs = extent(all.map(([x]) => x))
  const ys = extent(all.map(([, y]) => y))
  const atX = (x: number) => margin + ((x - xs[0]) / (xs[1] - xs[0])) * (width - margin - 10)
  const atY = (y: number) =>
    height - margin - ((y - ys[0]) / (ys[1] - ys[0])) * (height - margin - 10)
  const drawn = lines.map(({ points }, index) => {
    const colour = colours[index % colours.length]
    if (points.length === 1 || plot.template?.startsWith('scatter')) {
      const dots = points.map(
        ([x, y]) =>
          `<circle cx="${atX(x).toFixed(1)}" cy="${atY(y).toFixed(1)}" r="3" fill="${colour}"/>`,
      )
      return dots.join('')
    }
    const path = points.map(([x, y]) => `${atX(x).toFixed(1)},${atY(y).toFixed(1)}`).join(' ')
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${path}"/>`
  })
  const bottom = height - margin
  const labels = [
    text(margin, bottom + 14, short(xs[0]), 'start'),
    text(width - 10, bottom + 14, short(xs[1]), 'end'),
    text(margin - 4, bottom, short(ys[0]), 'end'),
    text(margin - 4, 18, short(ys[1]), 'end'),
    text((width + margin) / 2, bottom + 30, plot.xLabel ?? plot.x, 'middle'),
    text(margin + 4, 12, plot.yLabel ?? plot.y.join(', '), 'start'),
  ]
  const keys = lines.map(({ name }, index) => {
    const y = height + 16 + index * 18
    return `<rect x="${margin}" y="${y - 9}" width="10" height="10" fill="${colours[index % colours.length]}"/>${text(margin + 16, y, name, 'start')}`
  })
  const whole = height + 12 + lines.length * 18
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${whole}" width="${width}" height="${whole}" role="img" aria-label="${escaped(plot.title ?? plot.id)}" font-family="system-ui, sans-serif" font-size="11" fill="#57606a"><path d="M${margin},10V${bottom}H${width - 10}" fill="none" stroke="#8c959f"/>${drawn.join('')}${labels.join('')}${keys.join('')}</svg>`
}

/** Rows with numbers on both axes; without a numeric axis, in their order. */
function pointsOf(
  rows: readonly PlotRow[],
  x: string,
  y: string,
): readonly (readonly [number, number])[] {
  return rows.flatMap((row, index) => {
    const [across, up] = [row[x], row[y]]
    if (typeof up !== 'number') return []
    return [[typeof across === 'number' ? across : index, up] as const]
  })
}

function extent(numbers: readonly number[]): readonly [number, number] {
  let [low, high] = [Infinity, -Infinity]
  for (const each of numbers) [low, high] = [Math.min(low, each), Math.max(high, each)]
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

function text(x: number, y: number, content: string, anchor: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)))
}

export function escaped(content: string): string {
  return content.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
