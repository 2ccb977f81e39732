import type { PlotRow } from './plot-rows.ts'
import type { Plot } from './plots.ts'
import { colours, shortNumber, svgKeys, svgOf, svgText, svgWidth as width } from './svg-parts.ts'

const [height, margin] = [300, 46]

interface Line {
  readonly name: string
  readonly points: readonly (readonly [number, number])[]
}

/** Lines over a numeric axis, or points alone; `undefined` when there are no numbers. */
export function linesSvg(plot: Plot, shape: 'lines' | 'points'): string | undefined {
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
    if (points.length === 1 || shape === 'points') {
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
    svgText(margin, bottom + 14, shortNumber(xs[0]), 'start'),
    svgText(width - 10, bottom + 14, shortNumber(xs[1]), 'end'),
    svgText(margin - 4, bottom, shortNumber(ys[0]), 'end'),
    svgText(margin - 4, 18, shortNumber(ys[1]), 'end'),
    svgText((width + margin) / 2, bottom + 30, plot.xLabel ?? plot.x, 'middle'),
    svgText(margin + 4, 12, plot.yLabel ?? plot.y.join(', '), 'start'),
  ]
  const axes = `<path d="M${margin},10V${bottom}H${width - 10}" fill="none" stroke="#8c959f"/>`
  const names = lines.map(({ name }) => name)
  return svgOf(
    plot.title ?? plot.id,
    height + 12 + lines.length * 18,
    `${axes}${drawn.join('')}${labels.join('')}${svgKeys(names, margin, height + 16)}`,
  )
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
