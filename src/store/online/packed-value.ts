import type { OnlineRow, OnlineValue } from '../online.ts'

const headerSize = 16

/** Event time and expiry as big-endian doubles (never: infinity), then the bytes. */
export function packValue({ bytes, eventTime, expiresAt }: OnlineRow): Buffer {
  const packed = Buffer.allocUnsafe(headerSize + bytes.byteLength)
  packed.writeDoubleBE(eventTime, 0)
  packed.writeDoubleBE(expiresAt ?? Infinity, 8)
  packed.set(bytes, headerSize)
  return packed
}

/** Undefined when the value is past its expiry. */
export function unpackValue(packed: Buffer, now: number): OnlineValue | undefined {
  if (packed.readDoubleBE(8) <= now) return undefined
  return {
    bytes: new Uint8Array(packed.subarray(headerSize)),
    eventTime: packed.readDoubleBE(0),
  }
}
