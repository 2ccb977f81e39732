/** Rows of numbers without their zeros, of which columns of categories are almost all. */
export interface SparseRows {
  readonly length: number
  /** Row `i` is at `starts[i]` up to `starts[i + 1]` of the two that follow. */
  readonly starts: Uint32Array
  readonly columns: Uint32Array
  readonly values: Float32Array
}

/** From rows that lie one after the other, `width` numbers each. */
export function sparseRows(x: Float32Array, length: number, width: number): SparseRows {
  let count = 0
  for (let i = 0; i < length * width; i++) if (x[i] !== 0) count++
  const [starts, columns] = [new Uint32Array(length + 1), new Uint32Array(count)]
  const values = new Float32Array(count)
  let at = 0
  for (let row = 0; row < length; row++) {
    starts[row] = at
    for (let column = 0; column < width; column++) {
      const value = x[row * width + column] ?? 0
      if (value === 0) continue
      columns[at] = column
      values[at++] = value
    }
  }
  starts[length] = at
  return { length, starts, columns, values }
}
