import { extname } from 'node:path'
import { targetOf } from '../definition/read-stage.ts'
import type { Pipeline } from '../model.ts'
import { isMap, type Value, type ValueMap } from '../values/value.ts'
import { plotImages } from './plot-images.ts'
import type { Snapshot } from './revision.ts'

export interface DeclaredPlot {
  readonly id: string
  readonly paths: readonly string[]
  readonly style: ValueMap
  /** What was declared in its place: a folder that it lies in. */
  readonly folder?: string
}

interface TopPlot extends DeclaredPlot {
  /** The dvc.yaml that says so. */
  readonly file: string
}

/**
 * What the targets name of the plots that are declared, all without any; of a folder, each file that can be drawn. A target that is
 * none of them stands for the file or folder of that name.
 */
export function chosenPlots(
  state: Snapshot,
  targets: readonly string[] = [],
): readonly DeclaredPlot[] {
  const { pipeline } = state
  const all = declaredIn(state)
  if (targets.length === 0) return all
  const namesOf = ({ id, paths, folder }: DeclaredPlot): readonly string[] => [
    id,
    ...paths,
    ...(folder === undefined ? [] : [folder]),
  ]
  const found = all.filter((plot) => namesOf(plot).some((name) => targets.includes(name)))
  const named = new Set(found.flatMap(namesOf))
  const others = targets.filter((target) => !named.has(target))
  const loose = others.flatMap((id) => {
    const paths = [targetOf(id, pipeline.folder, pipeline.root)]
    return opened(state, { id, paths, style: new Map() })
  })
  return [...found, ...loose]
}

function declaredIn(state: Snapshot): readonly DeclaredPlot[] {
  const { stages, data } = state.pipeline
  const outs = [...stages, ...data]
    .flatMap((node) => node.outs)
    .filter((out) => out.kind === 'plot')
    .map(({ target, plot }) => ({ id: target, paths: [target], style: plot ?? new Map() }))
    .flatMap((plot) => opened(state, plot))
  const ids = new Set(outs.map(({ id }) => id))
  // of two plots with one name, the one at the top of a dvc.yaml says which
  const tops = topPlots(state).map(({ file, ...plot }) =>
    ids.has(plot.id) ? { ...plot, id: `${file}::${plot.id}` } : plot,
  )
  return [...tops, ...outs]
}

/** The plots at the top of each dvc.yaml. A file in two folders that are declared is drawn as the inner one says. */
function topPlots(state: Snapshot): readonly TopPlot[] {
  return state.pipeline.files.flatMap(({ file, plots }) => {
    const written = plots.flatMap((item) => writtenPlots(item, file, state.pipeline))
    const paths = written.flatMap((plot) => plot.paths)
    return written.flatMap((plot) =>
      opened(state, plot).filter(({ folder, paths: [path = ''] }) => {
        const inner = paths.filter((each) => each === path || path.startsWith(`${each}/`))
        return folder === undefined || inner.every((each) => each.length <= folder.length)
      }),
    )
  })
}

function writtenPlots(item: Value, file: string, pipeline: Pipeline): readonly TopPlot[] {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.'
  const at = (path: string) => targetOf(path, folder, pipeline.root)
  if (typeof item === 'string') return [{ file, id: item, paths: [at(item)], style: new Map() }]
  if (!isMap(item)) return []
  return [...item].map(([id, style]) => {
    const map = isMap(style) ? style : new Map<string, Value>()
    const y = map.get('y')
    return { file, id, paths: isMap(y) ? [...y.keys()].map(at) : [at(id)], style: map }
  })
}

const tables = new Set(['.json', '.yaml', '.yml', '.csv', '.tsv'])

/** A plot that is a folder as its files, each by its path and in the same style; any other as it is. */
function opened<T extends DeclaredPlot>(state: Snapshot, plot: T): readonly T[] {
  const [folder = ''] = plot.paths
  const files = plot.paths.length === 1 ? state.files(folder) : undefined
  if (files === undefined) return [plot]
  return files
    .filter((path) => tables.has(extname(path).toLowerCase()) || drawnAsIs(path))
    .map((path) => ({ ...plot, id: path, paths: [path], folder }))
}

function drawnAsIs(path: string): boolean {
  return plotImages[extname(path).toLowerCase()] !== undefined
}
