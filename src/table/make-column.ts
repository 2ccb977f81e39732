import type {
  BooleanColumn,
  Column,
  IntegerColumn,
  NumberColumn,
  StringColumn,
  TimestampColumn,
  Value,
} from './column.ts'

type Maybe<T> = T | null | undefined

/** A column of doubles. NaN counts as missing. */
export function numberColumn(
  name: string,
  values: Float64Array | readonly Maybe<number>[],
  validity?: Uint8Array,
): NumberColumn {
  if (values instanceof Float64Array) {
    const column = { name, type: 'number', length: values.length, values } as const
    return withValidity(column, withoutNaN(values, validity))
  }
  const made = new Float64Array(values.length)
  const present = validityOf(values, (value) => !Number.isNaN(value))
  for (let i = 0; i < values.length; i++) made[i] = values[i] ?? NaN
  return withValidity({ name, type: 'number', length: made.length, values: made }, present)
}

export function integerColumn(
  name: string,
  values: BigInt64Array | readonly Maybe<number | bigint>[],
  validity?: Uint8Array,
): IntegerColumn {
  if (values instanceof BigInt64Array) {
    return withValidity({ name, type: 'integer', length: values.length, values }, validity)
  }
  const made = new BigInt64Array(values.length)
  for (let i = 0; i < values.length; i++) made[i] = BigInt(values[i] ?? 0)
  const column = { name, type: 'integer', length: made.length, values: made } as const
  return withValidity(column, validityOf(values))
}

export function booleanColumn(
  name: string,
  values: Uint8Array | readonly Maybe<boolean>[],
  validity?: Uint8Array,
): BooleanColumn {
  if (values instanceof Uint8Array) {
    return withValidity({ name, type: 'boolean', length: values.length, values }, validity)
  }
  const made = Uint8Array.from(values, (value) => (value ? 1 : 0))
  const column = { name, type: 'boolean', length: made.length, values: made } as const
  return withValidity(column, validityOf(values))
}

/** A column of texts, kept as codes into a dictionary in the order of first appearance. */
export function stringColumn(name: string, values: readonly Maybe<string>[]): StringColumn {
  return coded(name, 'string', values, [])
}

/** The same with a closed set: a text outside it throws. */
export function categoryColumn(
  name: string,
  values: readonly Maybe<string>[],
  categories: readonly string[],
): StringColumn {
  const column = coded(name, 'category', values, categories)
  if (column.dictionary.length > categories.length) {
    const [extra] = column.dictionary.slice(categories.length)
    throw new RangeError(`"${extra}" is not among the categories of ${name}`)
  }
  return column
}

/** Microseconds since 1970 UTC; dates and their ISO texts are taken too. */
export function timestampColumn(
  name: string,
  values: BigInt64Array | readonly Maybe<Date>[],
  validity?: Uint8Array,
): TimestampColumn {
  if (values instanceof BigInt64Array) {
    return withValidity({ name, type: 'timestamp', length: values.length, values }, validity)
  }
  const made = new BigInt64Array(values.length)
  for (let i = 0; i < values.length; i++) made[i] = BigInt(values[i]?.getTime() ?? 0) * 1000n
  const column = { name, type: 'timestamp', length: made.length, values: made } as const
  return withValidity(column, validityOf(values))
}

/** A string or category column from codes that exist already. */
export function codedColumn(
  name: string,
  type: 'string' | 'category',
  codes: Uint32Array,
  dictionary: readonly string[],
  validity?: Uint8Array,
): StringColumn {
  return withValidity({ name, type, length: codes.length, codes, dictionary }, validity)
}

/** A column of whatever type the values have: all integers, all numbers, all booleans, all dates, or texts. */
export function inferColumn(name: string, values: readonly Value[]): Column {
  const present = values.filter((value) => value !== null)
  if (present.length > 0) {
    if (present.every((value) => typeof value === 'boolean')) {
      return booleanColumn(name, values as (boolean | null)[])
    }
    if (present.every((value) => value instanceof Date)) {
      return timestampColumn(name, values as (Date | null)[])
    }
    if (present.every((value) => typeof value === 'bigint' || Number.isSafeInteger(value))) {
      return integerColumn(name, values as (number | bigint | null)[])
    }
    if (present.every((value) => typeof value === 'number' || typeof value === 'bigint')) {
      return numberColumn(
        name,
        values.map((value) => (value === null ? null : Number(value))),
      )
    }
  }
  return stringColumn(
    name,
    values.map((value) => (value === null ? null : textOf(value))),
  )
}

function textOf(value: Exclude<Value, null>): string {
  return value instanceof Date ? value.toISOString() : String(value)
}

function coded(
  name: string,
  type: 'string' | 'category',
  values: readonly Maybe<string>[],
  start: readonly string[],
): StringColumn {
  const dictionary = [...start]
  const codeOf = new Map(dictionary.map((text, code) => [text, code]))
  const codes = new Uint32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const text = values[i]
    if (text === null || text === undefined) continue
    let code = codeOf.get(text)
    if (code === undefined) {
      code = dictionary.length
      dictionary.push(text)
      codeOf.set(text, code)
    }
    codes[i] = code
  }
  const column = { name, type, length: codes.length, codes, dictionary }
  return withValidity(column, validityOf(values))
}

function validityOf<T>(
  values: readonly Maybe<T>[],
  valid: (value: T) => boolean = () => true,
): Uint8Array | undefined {
  let validity: Uint8Array | undefined
  for (let i = 0; i < values.length; i++) {
    const value = values[i]
    if (value !== null && value !== undefined && valid(value)) continue
    validity ??= new Uint8Array(values.length).fill(1)
    validity[i] = 0
  }
  return validity
}

/** The engine takes NaN for a value; here it is a missing one, for rules, profiles and training alike. */
function withoutNaN(values: Float64Array, validity?: Uint8Array): Uint8Array | undefined {
  let marked = validity
  for (let i = 0; i < values.length; i++) {
    if (!Number.isNaN(values[i]) || marked?.[i] === 0) continue
    if (marked === undefined || marked === validity)
      marked = validity?.slice() ?? new Uint8Array(values.length).fill(1)
    marked[i] = 0
  }
  return marked
}

function withValidity<C extends Column>(column: C, validity: Uint8Array | undefined): C {
  if (validity === undefined || validity.every((bit) => bit === 1)) return column
  if (validity.length !== column.length) {
    throw new RangeError(
      `${column.name}: ${validity.length} validity flags for ${column.length} values`,
    )
  }
  return { ...column, validity }
}
