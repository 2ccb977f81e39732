/**
 * A value of a YAML, JSON or TOML file as Python holds it: `bigint` is an int, `number` is a float. The difference decides the
 * bytes of dvc.lock, of run-cache keys and of templates, so it is kept from reading to writing.
 */
export type Value = null | boolean | bigint | number | string | readonly Value[] | ValueMap

export type ValueMap = ReadonlyMap<string, Value>

export function isMap(value: Value | undefined): value is ValueMap {
  return value instanceof Map
}

export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value)
}

/** Python's `==`: 1, 1.0 and true are equal, "1" is not; the order of keys does not count. */
export function valuesEqual(a: Value, b: Value): boolean {
  if (isMap(a)) {
    if (!isMap(b) || a.size !== b.size) return false
    return [...a].every(([key, value]) => {
      const other = b.get(key)
      return other !== undefined && valuesEqual(value, other)
    })
  }
  if (isList(a)) {
    if (!isList(b) || a.length !== b.length) return false
    return a.every((value, index) => valuesEqual(value, b[index]))
  }
  const [x, y] = [numeric(a), numeric(b)]
  // eslint-disable-next-line eqeqeq -- 1n == 1 is the comparison of an int with a float that is meant here
  return x === undefined || y === undefined ? a === b : x == y
}

/** The same value of the same type throughout; unlike `valuesEqual`, 1, 1.0 and true differ. */
export function valuesIdentical(a: Value, b: Value): boolean {
  if (isMap(a)) {
    if (!isMap(b) || a.size !== b.size) return false
    return [...a].every(([key, value]) => {
      const other = b.get(key)
      return other !== undefined && valuesIdentical(value, other)
    })
  }
  if (isList(a)) {
    if (!isList(b) || a.length !== b.length) return false
    return a.every((value, index) => valuesIdentical(value, b[index]))
  }
  return Object.is(a, b)
}

function numeric(value: Value): bigint | number | undefined {
  if (typeof value === 'boolean') return value ? 1n : 0n
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined
}

/** The value under a dotted key; digits index lists. `undefined` where there is none. */
export function valueAt(root: Value, dotted: string): Value | undefined {
  let here: Value | undefined = root
  for (const part of dotted.split('.')) {
    if (isMap(here)) here = here.get(part)
    else if (isList(here) && /^\d+$/.test(part)) here = here[Number(part)]
    else return undefined
  }
  return here
}

/** The names of all that a map holds, at any depth: `train`, `train.rate`. */
export function pathsIn(map: ValueMap, above = ''): readonly string[] {
  return [...map].flatMap(([key, inner]) => [
    `${above}${key}`,
    ...(isMap(inner) ? pathsIn(inner, `${above}${key}.`) : []),
  ])
}
