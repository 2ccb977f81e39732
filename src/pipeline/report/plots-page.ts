import { plotSvg } from './plot-svg.ts'
import type { Plot } from './plots.ts'
import { escaped } from './svg-parts.ts'

const width = 480

/** One page with every plot drawn in it, which needs no network and no script. */
export function plotsPage(plots: readonly Plot[]): string {
  const figures = plots.map(
    (plot) =>
      `<figure><figcaption>${escaped(plot.title ?? plot.id)}</figcaption>${plot.kind === 'image' ? pictures(plot) : (plotSvg(plot) ?? '<p>Nothing to draw.</p>')}</figure>`,
  )
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Plots</title>
<style>body{font:14px system-ui,sans-serif;margin:2em;color-scheme:light dark}figure{display:inline-block;margin:1em;vertical-align:top}
figcaption{font-weight:600;margin-bottom:.5em}img{max-width:${width}px}</style>
${figures.length === 0 ? '<p>No plots.</p>' : figures.join('\n')}
</html>
`
}

function pictures({ series }: Plot): string {
  return series
    .map(
      ({ revision, image }) =>
        `<div>${escaped(revision)}<br><img alt="${escaped(revision)}" src="${image}"></div>`,
    )
    .join('')
}
