/** The types a column can have. `integer` is exact up to 64 bits, `number` a double, `timestamp` microseconds since 1970 UTC, `category` a string of a closed set. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'string' | 'timestamp' | 'category'

interface ColumnBase {
  readonly name: string
  readonly length: number
  /** 1 where there is a value, 0 where it is missing; undefined when nothing is missing. */
  readonly validity?: Uint8Array
}

export interface NumberColumn extends ColumnBase {
  readonly type: 'number'
  readonly values: Float64Array
}
export interface IntegerColumn extends ColumnBase {
  readonly type: 'integer'
  readonly values: BigInt64Array
}
export interface BooleanColumn extends ColumnBase {
  readonly type: 'boolean'
  readonly values: Uint8Array
}
/** Codes into a dictionary without duplicates; the code of a missing value is 0 and means nothing. */
export interface StringColumn extends ColumnBase {
  readonly type: 'string' | 'category'
  readonly codes: Uint32Array
  readonly dictionary: readonly string[]
}
export interface TimestampColumn extends ColumnBase {
  readonly type: 'timestamp'
  readonly values: BigInt64Array
}

/** A named, typed, immutable run of values. */
export type Column = NumberColumn | IntegerColumn | BooleanColumn | StringColumn | TimestampColumn

/** One value as JavaScript sees it: integers within ±2^53 and timestamps (as Date) included; null is missing. */
export type Value = number | bigint | boolean | string | Date | null

export type Row = Readonly<Record<string, Value>>
