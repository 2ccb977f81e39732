import { csvOf } from './figure.ts'
import type { ChartGroup } from './panel.ts'
import type { ChartRun } from './use-chart-data.ts'
import { valueOf } from './use-chart-data.ts'

export interface ScatterAxes {
  readonly xId: string
  readonly yId: string
  /** Of a surface: what its height is. */
  readonly zId: string | undefined
  readonly logX: boolean
  readonly logY: boolean
}

export interface ScatterPoint {
  readonly run: ChartRun['run']
  readonly group: ChartGroup | undefined
  readonly x: number
  readonly y: number
  readonly z: number
}

/** Where a group's runs are in the mean. */
export interface GroupMean {
  readonly group: ChartGroup
  readonly runs: number
  readonly x: number
  readonly y: number
  readonly z: number
}

/** The runs that have all values, and a place on the axes. */
export function pointsOf(runs: readonly ChartRun[], axes: ScatterAxes): readonly ScatterPoint[] {
  const { xId, yId, zId, logX, logY } = axes
  return runs.flatMap((each) => {
    const [x, y] = [valueOf(each, xId), valueOf(each, yId)]
    const z = zId === undefined ? 0 : valueOf(each, zId)
    if (x === undefined || y === undefined || z === undefined) return []
    if ((logX && x <= 0) || (logY && y <= 0)) return []
    return [{ run: each.run, group: each.group, x, y, z }]
  })
}

/** The mean of the points of each group. */
export function meansOf(points: readonly ScatterPoint[]): readonly GroupMean[] {
  const grouped = Map.groupBy(points, ({ group }) => group)
  return [...grouped].flatMap(([group, own]) => {
    if (group === undefined) return []
    const mean = (of: (point: ScatterPoint) => number) =>
      own.reduce((sum, point) => sum + of(point) / own.length, 0)
    const place = { x: mean(({ x }) => x), y: mean(({ y }) => y), z: mean(({ z }) => z) }
    return [{ group, runs: own.length, ...place }]
  })
}

/** The points as lines of CSV; where they are in groups, with the group of each and, after them, the means. */
export function csvOfPoints(
  points: readonly ScatterPoint[],
  means: readonly GroupMean[] | undefined,
  { xId, yId, zId }: ScatterAxes,
): string {
  const values = ({ x, y, z }: { x: number; y: number; z: number }) =>
    zId === undefined ? [x, y] : [x, y, z]
  const header = ['run', 'name', xId, yId, ...(zId === undefined ? [] : [zId])]
  const own = points.map((point) => [point.run.id, point.run.name, ...values(point)])
  if (means === undefined) return csvOf(header, own)
  return csvOf(
    ['group', ...header],
    [
      ...points.map(({ group }, at) => [group?.name, ...(own[at] ?? [])]),
      ...means.map((mean) => [mean.group.name, '', `mean of ${mean.runs}`, ...values(mean)]),
    ],
  )
}
