import { TidemillError } from '#contract/error'
import { extname } from 'node:path'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { chosenPlots } from './declared-plots.ts'
import { plotImages } from './plot-images.ts'
import { readRows, type PlotRow } from './plot-rows.ts'
import { snapshot, type Snapshot } from './revision.ts'

export interface Plot {
  readonly id: string
  readonly kind: 'table' | 'image'
  readonly title?: string
  readonly template?: string
  /** Column of the horizontal axis; `step` is the number of the row. */
  readonly x: string
  readonly y: readonly string[]
  readonly xLabel?: string
  readonly yLabel?: string
  readonly series: readonly PlotSeries[]
}

export interface PlotSeries {
  /** A Git revision, or `workspace`. */
  readonly revision: string
  readonly path: string
  readonly rows?: readonly PlotRow[]
  /** A data URL. */
  readonly image?: string
}

export interface PlotsOptions {
  /** Whether the work tree comes first; it does unless this is false. */
  readonly workspace?: boolean
  /** Ids or paths of plots; all unless given. A file that nobody declares as a plot may be named too. */
  readonly targets?: readonly string[]
  /** Says how plots are drawn, over what is declared. */
  readonly style?: ValueMap
}

/** The data of the plots that stages and dvc.yaml declare, for the work tree and any revisions given. */
export function plotsShow(
  folder: string,
  revisions: readonly string[] = [],
  { workspace = true, targets, style: own = new Map() }: PlotsOptions = {},
): readonly Plot[] {
  const states: [string, Snapshot][] = [
    ...(workspace ? [['workspace', snapshot(folder)] satisfies [string, Snapshot]] : []),
    ...revisions.map((revision): [string, Snapshot] => [revision, snapshot(folder, revision)]),
  ]
  const plots = new Map<string, Plot>()
  for (const [revision, state] of states) {
    for (const { id, paths, style, folder: within } of chosenPlots(state, targets)) {
      for (const path of paths) {
        const read = () => readPlot(id, path, new Map([...style, ...own]), revision, state)
        const plot = within === undefined ? read() : unlessNoTable(read)
        if (!plot) continue
        const known = plots.get(id)
        plots.set(id, known ? { ...known, series: [...known.series, ...plot.series] } : plot)
      }
    }
  }
  return [...plots.values()]
}

/** A file that nobody named but its folder may be another thing than a plot. */
function unlessNoTable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'pipeline_invalid') return undefined
    throw error
  }
}

function readPlot(
  id: string,
  path: string,
  style: ValueMap,
  revision: string,
  state: Snapshot,
): Plot | undefined {
  const text = (key: string): string | undefined => {
    const value = style.get(key)
    return typeof value === 'string' ? value : undefined
  }
  const [title, template, xLabel, yLabel] = [
    text('title'),
    text('template'),
    text('x_label'),
    text('y_label'),
  ]
  const base = {
    id,
    ...(title === undefined ? {} : { title }),
    ...(template === undefined ? {} : { template }),
    ...(xLabel === undefined ? {} : { xLabel }),
    ...(yLabel === undefined ? {} : { yLabel }),
  }
  const type = plotImages[extname(path).toLowerCase()]
  if (type !== undefined) {
    const bytes = state.bytes(path)
    if (!bytes) return undefined
    const image = `data:${type};base64,${Buffer.from(bytes).toString('base64')}`
    return { ...base, kind: 'image', x: '', y: [], series: [{ revision, path, image }] }
  }
  const content = state.text(path)
  if (content === undefined) return undefined
  const rows = readRows(content, path, style.get('header') !== false)
  const columns = Object.keys(rows[0] ?? {})
  const x = columnOf(style.get('x'), path) ?? ['step']
  const y = columnOf(style.get('y'), path) ?? columns.slice(-1)
  const [axis = 'step'] = x
  const numbered =
    axis === 'step' && !columns.includes('step')
      ? rows.map((row, step) => ({ step, ...row }))
      : rows
  return { ...base, kind: 'table', x: axis, y, series: [{ revision, path, rows: numbered }] }
}

/** Columns that a style names for a file: a text, a list, or a map from file to either. */
function columnOf(value: Value | undefined, path: string): string[] | undefined {
  if (typeof value === 'string') return [value]
  if (value !== undefined && isList(value))
    return value.flatMap((item) => (typeof item === 'string' ? [item] : []))
  if (!isMap(value)) return undefined
  const [, found] = [...value].find(([file]) => path === file || path.endsWith(`/${file}`)) ?? []
  return found === undefined ? undefined : columnOf(found, path)
}
