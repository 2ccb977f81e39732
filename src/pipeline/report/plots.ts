import { extname } from 'node:path'
import { TidemillError } from '#contract/error'
import { targetOf } from '../definition/read-stage.ts'
import type { Pipeline } from '../model.ts'
import { toPlain, type Plain } from '../values/plain.ts'
import { readJson } from '../values/read-json.ts'
import { readYaml } from '../values/read-yaml.ts'
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts'
import { snapshot, type Snapshot } from './revision.ts'

export type PlotRow = Readonly<Record<string, Plain>>

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

const images: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.svg': 'image/svg+xml',
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
    for (const { id, paths, style } of chosen(state.pipeline, targets)) {
      for (const path of paths) {
        const plot = readPlot(id, path, new Map([...style, ...own]), revision, state)
        if (!plot) continue
        const known = plots.get(id)
        plots.set(id, known ? { ...known, series: [...known.series, ...plot.series] } : plot)
      }
    }
  }
  return [...plots.values()]
}

interface Declared {
  readonly id: string
  readonly paths: readonly string[]
  readonly style: ValueMap
}

/** What the targets name of the plots that are declared; a target that is none of them stands for the file of that name. */
function chosen(pipeline: Pipeline, targets: readonly string[] = []): Declared[] {
  const all = declared(pipeline)
  if (targets.length === 0) return all
  const found = all.filter(({ id, paths }) => [id, ...paths].some((name) => targets.includes(name)))
  const named = new Set(found.flatMap(({ id, paths }) => [id, ...paths]))
  const others = targets.filter((target) => !named.has(target))
  const file = (id: string) => targetOf(id, pipeline.folder, pipeline.root)
  return [...found, ...others.map((id) => ({ id, paths: [file(id)], style: new Map() }))]
}

function declared(pipeline: Pipeline): Declared[] {
  const found: (Declared & { readonly file: string })[] = []
  for (const { file, plots } of pipeline.files) {
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.'
    const at = (path: string) => targetOf(path, folder, pipeline.root)
    for (const item of plots) {
      if (typeof item === 'string')
        found.push({ file, id: item, paths: [at(item)], style: new Map() })
      else if (isMap(item)) {
        for (const [id, style] of item) {
          const map = isMap(style) ? style : new Map<string, Value>()
          const y = map.get('y')
          found.push({ file, id, paths: isMap(y) ? [...y.keys()].map(at) : [at(id)], style: map })
        }
      }
    }
  }
  const outs = [...pipeline.stages, ...pipeline.data].flatMap((node) =>
    node.outs.filter((out) => out.kind === 'plot'),
  )
  const paths = new Set(outs.map((out) => out.target))
  return [
    // of two plots with one name, the one at the top of a dvc.yaml says which
    ...found.map(({ file, ...plot }) =>
      paths.has(plot.id) ? { ...plot, id: `${file}::${plot.id}` } : plot,
    ),
    ...outs.map((out) => ({ id: out.target, paths: [out.target], style: out.plot ?? new Map() })),
  ]
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
  const type = images[extname(path).toLowerCase()]
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

function readRows(text: string, path: string, header: boolean): PlotRow[] {
  const extension = extname(path).toLowerCase()
  if (extension === '.csv' || extension === '.tsv')
    return tableRows(text, extension === '.tsv' ? '\t' : ',', header)
  const value = extension === '.json' ? readJson(text, path) : readYaml(text, path).value
  const list = firstList(value)
  if (!list)
    throw new TidemillError('pipeline_invalid', {
      file: path,
      line: 1,
      column: 1,
      problem: 'the plot has no list of rows',
    })
  return list.flatMap((row) => {
    if (!isMap(row)) return []
    return [Object.fromEntries([...row].map(([key, cell]) => [key, toPlain(cell)]))]
  })
}

/** The list of rows in a file: the value itself, or the first list of maps inside. */
function firstList(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value
  if (!isMap(value)) return undefined
  for (const inner of value.values()) {
    const found = firstList(inner)
    if (found) return found
  }
  return undefined
}

function tableRows(text: string, separator: string, header: boolean): PlotRow[] {
  const lines = cells(text, separator)
  const names = header ? (lines.shift() ?? []) : (lines[0] ?? []).map((_, index) => String(index))
  return lines.map((line) =>
    Object.fromEntries(names.map((name, index) => [name, numberOr(line[index] ?? '')])),
  )
}

function numberOr(cell: string): Plain {
  return cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell
}

/** Cells of a table with quotes as in RFC 4180. */
function cells(text: string, separator: string): string[][] {
  const rows: string[][] = []
  let [row, cell, quoted]: [string[], string, boolean] = [[], '', false]
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index)
    if (quoted) {
      if (character !== '"') cell += character
      else if (text.charAt(index + 1) === '"') {
        cell += '"'
        index += 1
      } else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n') {
      row.push(cell.replace(/\r$/, ''))
      rows.push(row)
      ;[row, cell] = [[], '']
    } else cell += character
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell])
  return rows
}
