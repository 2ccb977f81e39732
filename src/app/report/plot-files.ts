import { hash } from 'node:crypto'
import { plotSvg, type Plot } from '#pipeline'

export const plotFolder = 'report-plots'

export interface PlotFile {
  /** Beside the report. */
  readonly file: string
  readonly alt: string
}

/** The pictures of a plot: an SVG for a table that has something to draw, else each revision's image. */
export function plotFiles(plot: Plot): readonly PlotFile[] {
  const alt = plot.title ?? plot.id
  if (plot.kind === 'table')
    return plotSvg(plot) ? [{ file: `${plotFolder}/${fileName(plot.id)}.svg`, alt }] : []
  return plot.series.map(({ revision, path }) => {
    const extension = /\.\w+$/.exec(path)?.[0] ?? ''
    const side = revision === 'workspace' ? 'now' : 'base'
    const stem = fileName(path.slice(0, path.length - extension.length))
    return { file: `${plotFolder}/${stem}-${side}${extension}`, alt: `${alt}, ${side}` }
  })
}

/** A text as the name of a file; one that is changed by that gets a digest, so that no two are the same. */
function fileName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9._-]+/g, '-')
  return plain === text ? plain : `${plain}-${hash('sha256', text, 'hex').slice(0, 6)}`
}

export interface PlotContent {
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
