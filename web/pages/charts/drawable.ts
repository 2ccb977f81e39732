import type { Measured } from '#contract'
import { formatCount } from '../../design/format.ts'
import { numberOf } from '../run-table/columns.ts'
import type { LineFrame } from './line-frame.ts'

/** A line as it is drawn: its points from left to right, null where there is none. */
export interface PlotLine {
  readonly row: number
  readonly name: string
  readonly token: string
  readonly dashed: boolean
  readonly x: readonly number[]
  readonly values: readonly (number | null)[]
  readonly smooth?: readonly (number | null)[]
  /** The least and the greatest of what the line is a mean of. */
  readonly range?: {
    readonly low: readonly (number | null)[]
    readonly high: readonly (number | null)[]
  }
}

/**
 * The points of a line that its axes have a place for, by x: a clock that went back does not draw backwards. Over another metric only
 * the last point of each of its values is drawn, as a line has one height at each place.
 */
export function drawable(line: PlotLine, { axis, logX, logY }: LineFrame): PlotLine {
  const { x } = line
  const at = (place: number | undefined): number => x[place ?? -1] ?? NaN
  const known = [...x.keys()].filter((place) => (logX ? at(place) > 0 : !Number.isNaN(at(place))))
  const ordered = known.toSorted((a, b) => at(a) - at(b))
  const places =
    axis.kind === 'metric'
      ? ordered.filter((place, index) => at(place) !== at(ordered[index + 1]))
      : ordered
  const drawn = (values: readonly (number | null)[]) =>
    places.map((place) => {
      const value = values[place] ?? null
      return value === null || (logY && value <= 0) ? null : value
    })
  return {
    ...line,
    ...{ x: places.map(at), values: drawn(line.values) },
    ...(line.smooth && { smooth: drawn(line.smooth) }),
    ...(line.range && { range: { low: drawn(line.range.low), high: drawn(line.range.high) } }),
  }
}

/** Values as a chart has them; one that is no number has no place. */
export function numbersOf(values: readonly Measured[]): readonly (number | null)[] {
  return values.map((value) => numberOf(value) ?? null)
}

export function thinned(shown: number, total: number): string | false {
  return shown < total && `${formatCount(shown)} of ${formatCount(total)} points, extremes kept`
}

export function smoothed(weight: number): string | false {
  return weight > 0 && `Smoothed: moving average, weight ${weight}; faint lines are what was logged`
}
