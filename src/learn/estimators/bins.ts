import type { TrainingData } from './estimator.ts'

/** Each column cut into at most 64 bins of about as many rows each. */
export interface Bins {
  readonly rows: number
  readonly columns: number
  /** Bin numbers, column by column. */
  readonly codes: Uint8Array
  /** Upper bounds of the bins but the last, as single floats: a row is in the first bin whose bound it does not exceed. */
  readonly bounds: readonly Float32Array[]
}

const mostBins = 64

export function binColumns({ x, rows, columns }: TrainingData): Bins {
  const codes = new Uint8Array(rows * columns)
  const bounds: Float32Array[] = []
  const values = new Float32Array(rows)
  for (let j = 0; j < columns; j++) {
    for (let row = 0; row < rows; row++) values[row] = x[row * columns + j] ?? 0
    const cuts = cutPoints(values)
    bounds.push(cuts)
    for (let row = 0; row < rows; row++) codes[j * rows + row] = binOf(values[row] ?? 0, cuts)
  }
  return { rows, columns, codes, bounds }
}

/** Midpoints between neighbouring values, all of them when there are few, else at equal shares of the rows. */
function cutPoints(values: Float32Array): Float32Array {
  const sorted = values.toSorted()
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1])
  if (distinct.length <= mostBins) return midpoints(distinct)
  const cuts = new Set<number>()
  for (let bin = 1; bin < mostBins; bin++) {
    const at = Math.floor((bin * sorted.length) / mostBins)
    const [below, above] = [sorted[at - 1] ?? 0, sorted[at] ?? 0]
    if (below !== above) cuts.add(between(below, above))
    else cuts.add(above)
  }
  return Float32Array.from(cuts).sort()
}

function midpoints(distinct: Float32Array): Float32Array {
  return Float32Array.from({ length: Math.max(0, distinct.length - 1) }, (_, i) =>
    between(distinct[i] ?? 0, distinct[i + 1] ?? 0),
  )
}

/** A single float at or above `below` and under `above`: their middle, unless rounding takes it up to `above`. */
function between(below: number, above: number): number {
  const middle = Math.fround((below + above) / 2)
  return middle < above ? middle : below
}

function binOf(value: number, cuts: Float32Array): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value <= (cuts[middle] ?? 0)) high = middle
    else low = middle + 1
  }
  return low
}
