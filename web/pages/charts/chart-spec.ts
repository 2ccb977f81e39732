import { isSystemMetric, type Measured } from '#contract'
import type { Keys } from '../run-table/columns.ts'
import { isStageUse } from '../run/stage-use-metrics.ts'

export const chartKinds = {
  line: 'Line',
  bar: 'Bars',
  scatter: 'Scatter',
  contour: 'Contour',
  parallel: 'Parallel coordinates',
  box: 'Box',
  difference: 'Difference to one',
  images: 'Images',
} as const

export type ChartKind = keyof typeof chartKinds

/** One chart of a board, as the address keeps it. Columns are named as a filter names them. */
export interface ChartSpec {
  readonly id: string
  readonly kind: ChartKind
  /** Of a line: what it runs over, where that is not the board's axis; an axis or another metric. */
  readonly x?: string
  readonly y?: string
  readonly z?: string
  /** The axes of parallel coordinates. */
  readonly axes?: readonly string[]
  /** How many columns of the board it takes, and how many steps it is high; 1 each unless said. */
  readonly wide?: number
  readonly high?: number
  /** Its own, where it differs from the board's. */
  readonly smooth?: number
  readonly logX?: boolean
  readonly logY?: boolean
  /** Where its vertical axis begins and ends, where that is not with its values. */
  readonly yFrom?: number
  readonly yTo?: number
}

export const axisNames = { step: 'Step', time: 'Time', relative: 'Time since start' } as const

export type XAxis = keyof typeof axisNames

/** What holds of all charts of a board unless one has its own. */
export interface BoardSettings {
  readonly axis: XAxis
  readonly smooth: number
  readonly logX: boolean
  readonly logY: boolean
}

const mostAxes = 8
const mostRead = 40

/** What a board shows before anybody has arranged it: the runs over what they were given, then each metric. */
export function usualCharts(keys: Keys): readonly ChartSpec[] {
  const axes = usualAxes(keys)
  return [
    ...(axes.length > 2 ? [{ id: 'parallel', kind: 'parallel' as const, wide: 2 }] : []),
    ...usualLines(keys.metrics),
  ]
}

/** A line of each metric; what a stage used is one number a run and has its own place. */
export function usualLines(metrics: readonly string[]): readonly ChartSpec[] {
  return metrics
    .filter((key) => !isStageUse(key))
    .map((key) => ({ id: `line:${key}`, kind: 'line', y: `metrics.${key}` }))
}

export function usualAxes(keys: Keys): readonly string[] {
  return axesOf(keys, mostAxes)
}

/** More than are shown: of autologged runs most params are the same in all. */
export function possibleAxes(keys: Keys): readonly string[] {
  return axesOf(keys, mostRead)
}

/** Of possible axes, those along which runs differ, as many as can be read. What a run has no value of tells nothing of the others. */
export function differingAxes(
  axes: readonly string[],
  runs: readonly { readonly values: Readonly<Record<string, Measured>> }[],
): readonly string[] {
  const differing = axes.filter((id) => {
    const values = runs.flatMap(({ values }) => values[id] ?? [])
    return new Set(values).size > 1
  })
  const metrics = differing.filter((id) => id.startsWith('metrics.'))
  const params = differing.filter((id) => !id.startsWith('metrics.'))
  return [...params.slice(0, mostAxes - metrics.length), ...metrics]
}

function axesOf({ params, metrics }: Keys, most: number): readonly string[] {
  const shown = metrics.filter((key) => !isSystemMetric(key)).slice(0, 3)
  return [
    ...params.slice(0, most - shown.length).map((key) => `params.${key}`),
    ...shown.map((key) => `metrics.${key}`),
  ]
}

/** A column as a reader calls it. */
export function nameOf(column: string): string {
  return column.replace(/^(metrics|params|tags)\./, '')
}

export function titleOf(spec: ChartSpec): string {
  const name = (id: string | undefined) => nameOf(id ?? '')
  switch (spec.kind) {
    case 'line':
      return spec.x?.startsWith('metrics.') ? `${name(spec.y)} over ${name(spec.x)}` : name(spec.y)
    case 'bar':
      return `${name(spec.y)}, latest`
    case 'scatter':
      return `${name(spec.y)} by ${name(spec.x)}`
    case 'contour':
      return `${name(spec.z)} over ${name(spec.x)} and ${name(spec.y)}`
    case 'box':
      return spec.x === undefined ? name(spec.y) : `${name(spec.y)} by ${name(spec.x)}`
    default:
      return chartKinds[spec.kind]
  }
}

/** The charts an address keeps; what cannot be read is as if there were none. */
export function readCharts(text: string | undefined): readonly ChartSpec[] | undefined {
  if (text === undefined) return undefined
  try {
    const parsed: unknown = JSON.parse(text)
    if (!Array.isArray(parsed)) return undefined
    return parsed.filter(isSpec)
  } catch {
    return undefined
  }
}

function isSpec(value: unknown): value is ChartSpec {
  if (typeof value !== 'object' || value === null) return false
  const { id, kind } = value as { id?: unknown; kind?: unknown }
  return typeof id === 'string' && typeof kind === 'string' && kind in chartKinds
}

/** The list with one moved by so many places. */
export function moved<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  by: number,
): readonly T[] {
  const from = list.findIndex((each) => each.id === id)
  const item = list[from]
  if (item === undefined) return list
  const to = Math.max(0, Math.min(list.length - 1, from + by))
  const rest = list.filter((each) => each !== item)
  return [...rest.slice(0, to), item, ...rest.slice(to)]
}
