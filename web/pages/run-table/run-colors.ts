import { seriesCount, seriesToken } from '../../design/color.ts'

export interface RunLook {
  /** A colour token such as `--series-3`. */
  readonly token: string
  /** Lines after the eighth are dashed, so that no two of the first sixteen look alike. */
  readonly dashed: boolean
}

/** Colours of the runs that charts show: a run's own where it is free, so that it keeps it while others come and go. */
export function runLooks(
  rows: readonly number[],
  chosen: Readonly<Record<string, number>>,
): ReadonlyMap<number, RunLook> {
  const looks = new Map<number, RunLook>()
  const taken = new Array<number>(seriesCount).fill(0)
  for (const row of rows) {
    const color = chosen[String(row)]
    if (color !== undefined) taken[color % seriesCount] = (taken[color % seriesCount] ?? 0) + 1
  }
  for (const row of rows) {
    const own = chosen[String(row)]
    const least = Math.min(...taken)
    let color = own === undefined ? row % seriesCount : own % seriesCount
    if (own === undefined) {
      while ((taken[color] ?? 0) > least) color = (color + 1) % seriesCount
      taken[color] = (taken[color] ?? 0) + 1
    }
    looks.set(row, {
      token: seriesToken(color),
      dashed: own === undefined && (taken[color] ?? 0) > 1,
    })
  }
  return looks
}

/** Colours of groups of runs, by their place. */
export function groupLooks(rows: readonly number[]): ReadonlyMap<number, RunLook> {
  return new Map(
    rows.map((row, index) => [row, { token: seriesToken(index), dashed: index >= seriesCount }]),
  )
}
