import type { Column } from './column.ts'

/** The rows of a column at those positions, in that order; dictionaries are shared. */
export function takeColumn(column: Column, rows: ArrayLike<number>): Column {
  const validity = column.validity && pick(column.validity, new Uint8Array(rows.length), rows)
  const rest = { length: rows.length, ...(validity ? { validity } : {}) }
  const { name } = column
  switch (column.type) {
    case 'number':
      return {
        ...rest,
        name,
        type: column.type,
        values: pick(column.values, new Float64Array(rows.length), rows),
      }
    case 'integer':
    case 'timestamp':
      return {
        ...rest,
        name,
        type: column.type,
        values: pick(column.values, new BigInt64Array(rows.length), rows),
      }
    case 'boolean':
      return {
        ...rest,
        name,
        type: column.type,
        values: pick(column.values, new Uint8Array(rows.length), rows),
      }
    case 'string':
    case 'category':
      return {
        ...rest,
        name,
        type: column.type,
        codes: pick(column.codes, new Uint32Array(rows.length), rows),
        dictionary: column.dictionary,
      }
  }
}

function pick<V, A extends { [index: number]: V }>(from: A, into: A, rows: ArrayLike<number>): A {
  for (let i = 0; i < rows.length; i++) into[i] = from[rows[i] ?? 0] as V
  return into
}
