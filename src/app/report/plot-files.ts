import { plotSvg, type Plot } from '#pipeline'

export const plotFolder = 'report-plots'

export interface PlotFile {
  /** Beside the report. */
  readonly file: string
  readonly alt: string
}

/** The pictures of a plot: an SVG for a table, else each revision's image. */
export function plotFiles(plot: Plot): readonly PlotFile[] {
  const alt = plot.title ?? plot.id
  const name = plot.id.replace(/[^A-Za-z0-9._-]+/g, '-')
  if (plot.kind === 'table') return [{ file: `${plotFolder}/${name}.svg`, alt }]
  return plot.series.map(({ revision, path }) => {
    const extension = /\.\w+$/.exec(path)?.[0] ?? ''
    const side = revision === 'workspace' ? 'now' : 'base'
    return { file: `${plotFolder}/${name}-${side}${extension}`, alt: `${alt}, ${side}` }
  })
}

interface PlotContent {
  readonly file: string
  readonly bytes: Uint8Array | string
}

/** What is written for them. */
export function plotContents(plots: readonly Plot[]): readonly PlotContent[] {
  return plots.flatMap((plot): readonly PlotContent[] => {
    if (plot.kind === 'table') {
      const svg = plotSvg(plot)
      const [to] = plotFiles(plot)
      return svg === undefined || !to ? [] : [{ file: to.file, bytes: svg }]
    }
    return plot.series.flatMap(({ image }, index) => {
      const to = plotFiles(plot)[index]
      const base64 = image?.slice(image.indexOf(',') + 1)
      return base64 === undefined || !to
        ? []
        : [{ file: to.file, bytes: Buffer.from(base64, 'base64') }]
    })
  })
}
