import { isList, isMap, type Value } from './value.ts'

/** What JSON can say of a value, for records that leave the room. An int past 2^53 becomes text, so that no digit is lost. */
export type Plain =
  | null
  | boolean
  | number
  | string
  | readonly Plain[]
  | { readonly [key: string]: Plain }

export function toPlain(value: Value): Plain {
  if (isMap(value)) {
    return Object.fromEntries([...value].map(([key, inner]) => [key, toPlain(inner)]))
  }
  if (isList(value)) return value.map(toPlain)
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return value
}

/** A value from plain JSON; whole numbers are ints. */
export function fromPlain(plain: Plain): Value {
  if (plain === null || typeof plain === 'boolean' || typeof plain === 'string') return plain
  if (typeof plain === 'number') return Number.isSafeInteger(plain) ? BigInt(plain) : plain
  if (Array.isArray(plain)) return plain.map(fromPlain)
  return new Map(Object.entries(plain).map(([key, inner]) => [key, fromPlain(inner)]))
}
