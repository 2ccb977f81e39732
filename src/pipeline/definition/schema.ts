import { didYouMean } from '../near-word.ts'
import { isList, isMap, type Value } from '../values/value.ts'

/** A shape that a file must have; keys that are not named are refused, as DVC refuses them. */
export type Shape =
  | { readonly kind: 'text' | 'bool' | 'any' | 'null' | 'map' | 'list' }
  | { readonly kind: 'listOf'; readonly item: Shape }
  | { readonly kind: 'mapOf'; readonly value: Shape }
  | { readonly kind: 'oneOf'; readonly shapes: readonly Shape[] }
  | {
      readonly kind: 'record'
      readonly fields: Readonly<Record<string, Shape>>
      readonly required?: readonly string[]
    }
  | { readonly kind: 'literal'; readonly value: string }

export interface Mismatch {
  readonly keys: readonly (string | number)[]
  readonly problem: string
  /** Whether the key itself, and not what is under it, is wrong. */
  readonly onKey?: true
}

export const text: Shape = { kind: 'text' }
export const bool: Shape = { kind: 'bool' }
export const any: Shape = { kind: 'any' }
export const nothing: Shape = { kind: 'null' }
export const anyMap: Shape = { kind: 'map' }
export const anyList: Shape = { kind: 'list' }
export const listOf = (item: Shape): Shape => ({ kind: 'listOf', item })
export const mapOf = (value: Shape): Shape => ({ kind: 'mapOf', value })
export const oneOf = (...shapes: readonly Shape[]): Shape => ({ kind: 'oneOf', shapes })
export const record = (
  fields: Readonly<Record<string, Shape>>,
  required: readonly string[] = [],
): Shape => ({ kind: 'record', fields, required })

const words: Readonly<Record<Shape['kind'], string>> = {
  text: 'a text',
  bool: 'true or false',
  any: 'anything',
  null: 'nothing',
  map: 'a map',
  list: 'a list',
  listOf: 'a list',
  mapOf: 'a map',
  oneOf: 'another type',
  record: 'a map',
  literal: 'a fixed text',
}

/** The first place where a value is not of the shape; `undefined` when it is. */
export function mismatch(
  value: Value,
  shape: Shape,
  keys: readonly (string | number)[] = [],
): Mismatch | undefined {
  const wrong = (): Mismatch => ({ keys, problem: `${nameOf(keys)} must be ${describe(shape)}` })
  switch (shape.kind) {
    case 'any':
      return undefined
    case 'text':
      return typeof value === 'string' ? undefined : wrong()
    case 'bool':
      return typeof value === 'boolean' ? undefined : wrong()
    case 'null':
      return value === null ? undefined : wrong()
    case 'map':
      return isMap(value) ? undefined : wrong()
    case 'list':
      return isList(value) ? undefined : wrong()
    case 'literal':
      return value === shape.value ? undefined : wrong()
    case 'listOf':
      if (!isList(value)) return wrong()
      return first(value, (item, index) => mismatch(item, shape.item, [...keys, index]))
    case 'mapOf':
      if (!isMap(value)) return wrong()
      return first([...value], ([key, inner]) => mismatch(inner, shape.value, [...keys, key]))
    case 'oneOf': {
      const found = shape.shapes.map((option) => mismatch(value, option, keys))
      if (found.includes(undefined)) return undefined
      // the option that got furthest says best what is wrong
      const deepest = found.reduce((a, b) =>
        (b?.keys.length ?? 0) > (a?.keys.length ?? 0) ? b : a,
      )
      return deepest && deepest.keys.length > keys.length ? deepest : wrong()
    }
    case 'record': {
      if (!isMap(value)) return wrong()
      for (const [key, inner] of value) {
        const field = Object.hasOwn(shape.fields, key) ? shape.fields[key] : undefined
        if (field === undefined) {
          const known = Object.keys(shape.fields)
          return {
            keys: [...keys, key],
            problem: `unknown key '${key}'${didYouMean(key, known)}; known are ${known.join(', ')}`,
            onKey: true,
          }
        }
        const inside = mismatch(inner, field, [...keys, key])
        if (inside) return inside
      }
      const lost = shape.required?.find((key) => !value.has(key))
      return lost === undefined
        ? undefined
        : { keys, problem: `${nameOf(keys)} lacks the key '${lost}'` }
    }
  }
}

function first<T>(
  items: readonly T[],
  check: (item: T, index: number) => Mismatch | undefined,
): Mismatch | undefined {
  for (const [index, item] of items.entries()) {
    const found = check(item, index)
    if (found) return found
  }
  return undefined
}

function nameOf(keys: readonly (string | number)[]): string {
  return keys.length === 0 ? 'the file' : `'${keys.join('.')}'`
}

function describe(shape: Shape): string {
  if (shape.kind === 'literal') return `'${shape.value}'`
  if (shape.kind !== 'oneOf') return words[shape.kind]
  return [...new Set(shape.shapes.map(describe))].join(' or ')
}
