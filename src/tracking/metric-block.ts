import type { GrowingSeries } from './series.ts'

/** A point as a block takes it; what is not finite is a double like any other here. */
export interface BlockPoint {
  readonly step: number
  readonly time: number
  readonly value: number
}

/** Larger steps and times do not fit the differences that blocks keep; such points are kept as rows. */
export const largestInBlock = 2 ** 50

let scratch = Buffer.alloc(1 << 16)

/**
 * Packs points of one metric, in the order they came. A format of our own, kept in `metric_blocks.points`:
 *
 *     1 byte    1, the version of the format
 *     varint    how many points
 *     varints   the first step, then each step's difference from the one before, zigzag
 *     varints   the times in the same way
 *     doubles   the values, 8 bytes each, little-endian
 *
 * A point of a metric logged at each step takes 10 to 11 bytes, where a row of its own takes about 40.
 */
export function packBlock(points: readonly BlockPoint[]): Uint8Array {
  const most = 10 + points.length * 28
  if (scratch.length < most) scratch = Buffer.alloc(most * 2)
  let at = 0
  scratch[at++] = 1
  at = writeVarint(at, points.length)
  let before = 0
  for (const { step } of points) {
    at = writeSigned(at, step - before)
    before = step
  }
  before = 0
  for (const { time } of points) {
    at = writeSigned(at, time - before)
    before = time
  }
  for (const { value } of points) at = scratch.writeDoubleLE(value, at)
  return new Uint8Array(scratch.subarray(0, at))
}

/** Adds a block's points to a series. */
export function unpackBlock(block: Uint8Array, into: GrowingSeries): void {
  const { steps, times, values } = into
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength)
  let at = 1
  const readVarint = (): number => {
    let byte = block[at++] ?? 0
    if (byte < 128) return byte
    let value = byte & 127
    for (let scale = 128; byte >= 128; scale *= 128) {
      byte = block[at++] ?? 0
      value += (byte & 127) * scale
    }
    return value
  }
  const readAll = (column: number[], count: number): void => {
    let value = 0
    for (let i = 0; i < count; i++) {
      const coded = readVarint()
      value += coded % 2 === 0 ? coded / 2 : -(coded + 1) / 2
      column.push(value)
    }
  }
  const count = readVarint()
  readAll(steps, count)
  readAll(times, count)
  for (let i = 0; i < count; i++, at += 8) values.push(view.getFloat64(at, true))
}

function writeSigned(at: number, value: number): number {
  return writeVarint(at, value < 0 ? -2 * value - 1 : 2 * value)
}

function writeVarint(start: number, value: number): number {
  let at = start
  let rest = value
  while (rest >= 128) {
    scratch[at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  scratch[at++] = rest
  return at
}
