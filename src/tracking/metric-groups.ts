import { largestInBlock } from './metric-block.ts'
import { storedValue } from './metric-value.ts'
import { checkKey } from './names.ts'

/** A point of a metric as it is logged. */
export interface LoggedPoint {
  readonly key: string
  readonly value: number
  readonly step?: number
  readonly time?: number
}

/** Points of one metric that were logged together. */
export interface Group {
  /** The number of the metric's name. */
  readonly id: number
  readonly points: readonly Point[]
  readonly newest: Point
}

export interface Point {
  readonly step: number
  readonly time: number
  readonly value: number
}

/** So many points of a metric in one call are packed into one row: it takes a tenth of the time and a quarter of the space. */
const leastPacked = 16

/** Points by metric; where a step or a time was not given, it is 0 and now. */
export function groupsOf(
  metrics: readonly LoggedPoint[],
  now: number,
): ReadonlyMap<string, Omit<Group, 'id'>> {
  const groups = new Map<string, { points: Point[]; newest: Point }>()
  for (const { key, value, step = 0, time = now } of metrics) {
    const point = { step, time, value }
    const group = groups.get(key)
    if (group) {
      group.points.push(point)
      if (isNewer(point, group.newest)) group.newest = point
    } else {
      groups.set(checkKey('metric', key), { points: [point], newest: point })
    }
  }
  return groups
}

/** The least and the greatest step, where points are enough for a block and all fit into one. */
export function blockRange(points: readonly Point[]): readonly [number, number] | undefined {
  if (points.length < leastPacked) return undefined
  let [first, last, largest] = [Infinity, -Infinity, 0]
  for (const { step, time } of points) {
    if (step < first) first = step
    if (step > last) last = step
    if (Math.abs(time) > largest) largest = Math.abs(time)
  }
  const fits = Math.max(largest, Math.abs(first), Math.abs(last)) < largestInBlock
  return fits ? [first, last] : undefined
}

export function columnsOf({ step, time, value }: Point): readonly [number, number, number, number] {
  const stored = storedValue(value)
  return [step, time, stored.value, stored.special]
}

/** The one value of a metric is the greatest by step, then time, then value. */
export function isNewer(point: Point, before: Point): boolean {
  if (point.step !== before.step) return point.step > before.step
  if (point.time !== before.time) return point.time > before.time
  return storedValue(point.value).value >= storedValue(before.value).value
}
