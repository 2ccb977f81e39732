import { TidemillError } from '#contract'
import { isJson, type Json } from '../../json.ts'

/** What a call was given, field by field. A field that is not there is undefined; one of the wrong kind is an error that names it. */
export interface Input {
  text(name: string): string | undefined
  integer(name: string): number | undefined
  number(name: string): number | undefined
  boolean(name: string): boolean | undefined
  texts(name: string): readonly string[]
  /** A list of objects. */
  list(name: string): readonly Input[]
  object(name: string): Input | undefined
  /** A map of texts. */
  map(name: string): Readonly<Record<string, string>>
  raw(name: string): unknown
  /** A text that must be there and not be empty. */
  need(name: string): string
}

export function inputOf(fields: Json): Input {
  const raw = (name: string): unknown => fields[name] ?? undefined

  function text(name: string): string | undefined {
    const value = raw(name)
    if (value === undefined || typeof value === 'string') return value
    if (typeof value === 'number' || typeof value === 'boolean') return String(value)
    throw wrong(name, value, 'a text')
  }

  function number(name: string): number | undefined {
    const value = raw(name)
    if (value === undefined || typeof value === 'number') return value
    if (value === 'NaN') return NaN
    if (typeof value === 'string' && value.trim() !== '') {
      const parsed = Number(value)
      if (!Number.isNaN(parsed)) return parsed
    }
    throw wrong(name, value, 'a number')
  }

  const many = (name: string): readonly unknown[] => {
    const value = raw(name)
    if (value === undefined) return []
    return Array.isArray(value) ? (value as unknown[]) : [value]
  }

  return {
    raw,
    text,
    number,

    integer(name) {
      const value = number(name)
      if (value === undefined || Number.isSafeInteger(value)) return value
      throw wrong(name, value, 'an integer of 64 bits')
    },

    boolean(name) {
      const value = raw(name)
      if (value === undefined || typeof value === 'boolean') return value
      // R's client writes TRUE and FALSE, which MLflow's own server refuses
      const text = typeof value === 'string' ? value.toLowerCase() : ''
      if (text === 'true' || text === 'false') return text === 'true'
      throw wrong(name, value, 'true or false')
    },

    texts(name) {
      return many(name).map((value) => {
        if (typeof value === 'string') return value
        if (typeof value === 'number') return String(value)
        throw wrong(name, value, 'a list of texts')
      })
    },

    list(name) {
      return few(name, many(name)).map((value) => {
        if (isJson(value)) return inputOf(value)
        throw wrong(name, value, 'a list of objects')
      })
    },

    object(name) {
      const value = raw(name)
      if (value === undefined) return undefined
      if (isJson(value)) return inputOf(value)
      throw wrong(name, value, 'an object')
    },

    map(name) {
      const value = raw(name) ?? {}
      if (!isJson(value)) throw wrong(name, value, 'an object of texts')
      return Object.fromEntries(
        few(name, Object.entries(value)).map(([key, each]) => [key, String(each)]),
      )
    },

    need(name) {
      const value = text(name)
      if (value !== undefined && value !== '') return value
      throw missing(name)
    },
  }
}

/** More in one call is no client's; a database would refuse it with words of its own. */
const most = 5000

function few<T>(name: string, list: readonly T[]): readonly T[] {
  if (list.length <= most) return list
  const problem = `'${name}' holds ${list.length} entries; at most ${most} can be sent in one call.`
  throw new TidemillError('bad_request', { problem })
}

/** One of some words, which protobuf writes in capitals. */
export function choiceOf<T extends string>(input: Input, name: string, words: readonly T[]): T {
  const given = input.text(name)
  const word = words.find((each) => each.toUpperCase() === given)
  if (word !== undefined) return word
  throw wrong(name, given, `one of ${words.join(', ').toUpperCase()}`)
}

export function missing(name: string): TidemillError {
  return new TidemillError('bad_request', {
    problem: `Missing value for required parameter '${name}'. See the API docs for more information about request parameters.`,
  })
}

export function wrong(name: string, value: unknown, expected: string): TidemillError {
  const shown = JSON.stringify(value)?.slice(0, 200) ?? String(value)
  return new TidemillError('bad_request', {
    problem: `Invalid value ${shown} for parameter '${name}' supplied: ${expected} is expected.`,
  })
}
