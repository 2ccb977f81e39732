import type { Plain } from '../values/plain.ts'
import type { Plot } from './plots.ts'

/** Plots in the shape that `dvc plots show --json` prints: Vega-Lite for tables, a data URL for images. */
export function plotsJson(plots: readonly Plot[]): Plain {
  return {
    data: Object.fromEntries(
      plots.map((plot) => [plot.id, plot.kind === 'image' ? images(plot) : [drawing(plot)]]),
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

function drawing(plot: Plot): Plain {
  const { series, x, y, title, id, xLabel, yLabel } = plot
  const revisions = [...new Set(series.map(({ revision }) => revision))]
  const values = series.flatMap(({ revision, rows }) =>
    (rows ?? []).flatMap((row) =>
      y.map((column) => ({ ...row, rev: revision, column, value: row[column] ?? null })),
    ),
  )
  const axis = (field: string, name: string) => ({
    field,
    type: 'quantitative',
    title: name,
    scale: { zero: false },
  })
  return {
    type: 'vega',
    revisions,
    content: {
      $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
      title: title ?? id,
      data: { values },
      mark: { type: 'line', tooltip: true },
      encoding: {
        x: axis(x, xLabel ?? x),
        y: axis('value', yLabel ?? y.join(', ')),
        color: { field: 'rev', type: 'nominal' },
        ...(y.length > 1 ? { strokeDash: { field: 'column', type: 'nominal' } } : {}),
      },
    },
  }
}
