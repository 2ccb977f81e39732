import type { Plain } from './plain.ts'
import { isMap, type Value } from './value.ts'

/** The values of nested maps under dotted keys; an empty map within is one of them. */
export function flatValues(
  value: Value | undefined,
  prefix = '',
  into = new Map<string, Value>(),
): Map<string, Value> {
  if (value === undefined) return into
  if (!isMap(value) || value.size === 0) {
    if (prefix !== '' || !isMap(value)) into.set(prefix, value)
    return into
  }
  for (const [key, inner] of value)
    flatValues(inner, prefix === '' ? key : `${prefix}.${key}`, into)
  return into
}

/** The same of plain objects, of which an empty one holds nothing. */
export function plainLeaves(value: Plain, prefix = ''): (readonly [string, Plain])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[prefix, value]]
  return Object.entries(value).flatMap(([key, inner]) =>
    plainLeaves(inner, prefix === '' ? key : `${prefix}.${key}`),
  )
}
