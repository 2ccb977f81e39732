import { axisNames, type BoardSettings, type ChartSpec, type XAxis } from './chart-spec.ts'

/** What lines run over: an axis of all charts, or another metric of the same runs. */
export interface LineAxis {
  readonly kind: XAxis | 'metric'
  readonly name: string
  /** Whether it is this chart's own, and so has to be named on it. */
  readonly own: boolean
}

/** How the lines of one chart are drawn. */
export interface LineFrame {
  readonly axis: LineAxis
  readonly smooth: number
  readonly logX: boolean
  readonly logY: boolean
  readonly yFrom: number | undefined
  readonly yTo: number | undefined
  /** How many points each line is asked for. */
  readonly points: number
}

/** A chart's own settings where it has some, else the board's. */
export function frameOf(spec: ChartSpec, settings: BoardSettings): LineFrame {
  const { smooth = settings.smooth, yFrom, yTo } = spec
  const logY = spec.logY ?? settings.logY
  const isRange = yFrom === undefined || yTo === undefined || yFrom < yTo
  const end = (value: number | undefined) =>
    isRange && Number.isFinite(value) && !(logY && Number(value) <= 0) ? value : undefined
  return {
    axis: axisOf(spec.x, settings.axis),
    smooth: smooth > 0 && smooth < 1 ? smooth : 0,
    ...{ logX: spec.logX ?? settings.logX, logY },
    ...{ yFrom: end(yFrom), yTo: end(yTo) },
    points: (spec.wide ?? 1) > 1 ? 1500 : 700,
  }
}

function axisOf(own: string | undefined, board: XAxis): LineAxis {
  if (own?.startsWith('metrics.'))
    return { kind: 'metric', name: own.replace(/^metrics\./, ''), own: true }
  const kind = own !== undefined && own in axisNames ? (own as XAxis) : board
  return { kind, name: axisNames[kind], own: own !== undefined }
}
