/** Points of one metric of one run, a column a part; values are doubles of any kind, NaN and the infinities too. */
export interface Series {
  readonly steps: readonly number[]
  readonly times: readonly number[]
  readonly values: readonly number[]
}

export interface GrowingSeries {
  readonly steps: number[]
  readonly times: number[]
  readonly values: number[]
}

export function emptySeries(): GrowingSeries {
  return { steps: [], times: [], values: [] }
}

/** By step, then time, then value (NaN last); a point that was logged twice is there once. */
export function inOrder(series: Series): Series {
  const { steps } = series
  let isOrdered = true
  for (let i = 1; i < steps.length && isOrdered; i++) isOrdered = compare(series, i - 1, i) < 0
  if (isOrdered) return series
  const places = steps.map((_, i) => i).toSorted((a, b) => compare(series, a, b))
  const kept = places.filter(
    (place, i) => i === 0 || compare(series, places[i - 1] ?? 0, place) !== 0,
  )
  return at(series, kept)
}

/** An ordered series by time, then step, then value. */
export function byTime(series: Series): Series {
  const { times } = series
  let isOrdered = true
  for (let i = 1; i < times.length && isOrdered; i++)
    isOrdered = (times[i - 1] ?? 0) <= (times[i] ?? 0)
  if (isOrdered) return series
  const places = times.map((_, i) => i).toSorted((a, b) => (times[a] ?? 0) - (times[b] ?? 0))
  return at(series, places)
}

function at({ steps, times, values }: Series, places: readonly number[]): Series {
  return {
    steps: places.map((place) => steps[place] ?? 0),
    times: places.map((place) => times[place] ?? 0),
    values: places.map((place) => values[place] ?? 0),
  }
}

function compare({ steps, times, values }: Series, a: number, b: number): number {
  const byStep = (steps[a] ?? 0) - (steps[b] ?? 0)
  if (byStep !== 0) return byStep
  const byTime = (times[a] ?? 0) - (times[b] ?? 0)
  if (byTime !== 0) return byTime
  return compareValues(values[a] ?? 0, values[b] ?? 0)
}

function compareValues(a: number, b: number): number {
  if (a === b) return 0
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1
  return Number.isNaN(b) || a < b ? -1 : 1
}

/** The part of an ordered series that comes after a point, at most `limit` long. */
export function after(series: Series, place: Place | undefined, limit: number): Series {
  let start = 0
  if (place) {
    const probe = { steps: [place[0]], times: [place[1]], values: [place[2]] }
    while (start < series.steps.length && isUpTo(series, start, probe)) start++
  }
  const end = start + limit
  return {
    steps: series.steps.slice(start, end),
    times: series.times.slice(start, end),
    values: series.values.slice(start, end),
  }
}

/** Step, time and value of a point. */
export type Place = readonly [number, number, number]

function isUpTo(series: Series, at: number, probe: Series): boolean {
  const byStep = (series.steps[at] ?? 0) - (probe.steps[0] ?? 0)
  if (byStep !== 0) return byStep < 0
  const byTime = (series.times[at] ?? 0) - (probe.times[0] ?? 0)
  if (byTime !== 0) return byTime < 0
  return compareValues(series.values[at] ?? 0, probe.values[0] ?? 0) <= 0
}
