import type { Plain } from '../values/plain.ts'
import { filledTemplate, plotTemplate } from './plot-templates.ts'
import type { Plot } from './plots.ts'

/** Plots in the shape that `dvc plots show --json` prints: Vega-Lite for tables, a data URL for images. Errors: `not_found`. */
export function plotsJson(root: string, plots: readonly Plot[]): Plain {
  return {
    data: Object.fromEntries(
      plots.map((plot) => [plot.id, plot.kind === 'image' ? images(plot) : [drawing(root, plot)]]),
    ),
  }
}

function images({ series }: Plot): Plain {
  return series.map(({ revision, image }) => ({
    type: 'image',
    revisions: [revision],
    url: image ?? '',
  }))
}

function drawing(root: string, plot: Plot): Plain {
  const revisions = [...new Set(plot.series.map(({ revision }) => revision))]
  return { type: 'vega', revisions, content: vegaOf(root, plot) }
}

/** A plot as Vega-Lite, after its template. Errors: `not_found`. */
export function vegaOf(root: string, plot: Plot): Plain {
  const { series, x, y, title, id, xLabel, yLabel, template = 'linear' } = plot
  const [only] = y
  const several = y.length > 1
  const data = series.flatMap(({ revision, rows }) =>
    (rows ?? []).flatMap((row) =>
      several
        ? y.map((column) => ({ ...row, rev: `${revision} ${column}`, value: row[column] ?? null }))
        : [{ ...row, rev: revision }],
    ),
  )
  return filledTemplate(plotTemplate(root, template), {
    data,
    x,
    y: several ? 'value' : (only ?? ''),
    title: title ?? id,
    xLabel: xLabel ?? x,
    yLabel: yLabel ?? y.join(', '),
  })
}
