import { createHash } from 'node:crypto'
import { digestFromHex, type Digest } from '#contract'
import type { Column } from './column.ts'
import type { Table } from './table.ts'

/**
 * The digest of what a table says, whatever file it came from: names, types and values in order. Dictionaries may differ in
 * order, and what lies under a missing value does not count.
 */
export function contentDigest(table: Table): Digest {
  const hash = createHash('sha256')
  hash.update(`tidemill table 1\n${table.length}\n`)
  for (const column of table.columns) {
    hash.update(`${JSON.stringify(column.name)} ${column.type}\n`)
    for (const chunk of canonical(column)) hash.update(chunk)
  }
  return digestFromHex(hash.digest('hex'))
}

function* canonical(column: Column): Iterable<Uint8Array | string> {
  const { validity } = column
  yield validity ?? new Uint8Array(column.length).fill(1)
  switch (column.type) {
    case 'string':
    case 'category': {
      const lengths = column.dictionary.map((text) => {
        const bytes = Buffer.from(text)
        const head = Buffer.alloc(4)
        head.writeUInt32LE(bytes.length)
        return Buffer.concat([head, bytes])
      })
      for (let row = 0; row < column.length; row++) {
        if (validity && validity[row] === 0) continue
        yield lengths[column.codes[row] ?? 0] ?? ''
      }
      return
    }
    case 'number':
    case 'integer':
    case 'timestamp':
    case 'boolean': {
      const values = column.values.slice()
      if (validity)
        for (let row = 0; row < values.length; row++) if (validity[row] === 0) blank(values, row)
      yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    }
  }
}

function blank(values: Float64Array | BigInt64Array | Uint8Array, row: number): void {
  if (values instanceof BigInt64Array) values[row] = 0n
  else values[row] = 0
}
