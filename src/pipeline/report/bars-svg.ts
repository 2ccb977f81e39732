import type { Plot } from './plots.ts'
import {
  colours,
  shortName,
  shortNumber,
  svgKeys,
  svgOf,
  svgText,
  svgWidth as width,
} from './svg-parts.ts'

const [left, right, thickness] = [130, 60, 10]

/** A group of bars for each name on the vertical axis, one a revision; `undefined` when there are no numbers. */
export function barsSvg(plot: Plot): string | undefined {
  const [column = ''] = plot.y
  const lengths = plot.series.map(({ rows = [] }) => {
    const own = new Map<string, number>()
    for (const row of rows) {
      const value = row[plot.x]
      if (typeof value === 'number') own.set(String(row[column] ?? ''), value)
    }
    return own
  })
  const names = [...new Set(lengths.flatMap((own) => [...own.keys()]))]
  if (names.length === 0) return undefined
  const longest = (name: string) => Math.max(...lengths.map((own) => own.get(name) ?? -Infinity))
  if (plot.template === 'bar_horizontal_sorted') names.sort((a, b) => longest(b) - longest(a))
  const all = lengths.flatMap((own) => [...own.values()])
  const low = all.reduce((a, b) => Math.min(a, b), 0)
  const high = all.reduce((a, b) => Math.max(a, b), 0)
  const at = (value: number) => left + ((value - low) / (high - low || 1)) * (width - left - right)
  const group = lengths.length * thickness + 8
  const drawn = names.map((name, row) => {
    const top = 20 + row * group
    const bars = lengths.flatMap((own, index) => {
      const value = own.get(name)
      if (value === undefined) return []
      const y = top + index * thickness
      const [from, to] = [Math.min(at(0), at(value)), Math.max(at(0), at(value))]
      return `<rect x="${from.toFixed(1)}" y="${y}" width="${(to - from).toFixed(1)}" height="${thickness - 1}" fill="${colours[index % colours.length]}"/>${svgText(to + 4, y + 8, shortNumber(value), 'start')}`
    })
    return `${svgText(left - 6, top + (lengths.length * thickness) / 2 + 4, shortName(name, 20), 'end')}${bars.join('')}`
  })
  const bottom = 20 + names.length * group
  const axis = `<path d="M${at(0).toFixed(1)},16V${bottom}" fill="none" stroke="#8c959f"/>`
  const label = svgText(left, 12, plot.xLabel ?? plot.x, 'start')
  const keys = svgKeys(
    plot.series.map(({ revision }) => revision),
    left,
    bottom + 16,
  )
  const height = bottom + 12 + plot.series.length * 18
  return svgOf(plot.title ?? plot.id, height, `${label}${drawn.join('')}${axis}${keys}`)
}
