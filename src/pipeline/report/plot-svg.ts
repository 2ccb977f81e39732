import { barsSvg } from './bars-svg.ts'
import { confusionSvg } from './confusion-svg.ts'
import { linesSvg } from './lines-svg.ts'
import type { Plot } from './plots.ts'

export type PlotShape = 'image' | 'lines' | 'points' | 'bars' | 'confusion'

/** What a plot looks like, by its template; one that is the repository’s own is drawn as lines where Vega-Lite is not at hand. */
export function plotShape({ kind, template = 'linear' }: Plot): PlotShape {
  if (kind === 'image') return 'image'
  if (template.startsWith('confusion')) return 'confusion'
  if (template.startsWith('bar_')) return 'bars'
  return template.startsWith('scatter') ? 'points' : 'lines'
}

/** A drawing of a table, with its key below it; `undefined` when it has nothing to draw. */
export function plotSvg(plot: Plot): string | undefined {
  const shape = plotShape(plot)
  if (shape === 'image') return undefined
  if (shape === 'confusion') return confusionSvg(plot)
  return shape === 'bars' ? barsSvg(plot) : linesSvg(plot, shape)
}
