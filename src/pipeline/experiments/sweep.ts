import { TidemillError } from '#contract/error'
import { readAssignment } from './assignment.ts'

/** What a parameter may be: each of some values, or anything between two numbers. Values are texts, read as YAML where they are set. */
export type Domain =
  | { readonly kind: 'values'; readonly values: readonly string[] }
  | {
      readonly kind: 'interval'
      readonly low: number
      readonly high: number
      readonly log: boolean
      readonly whole: boolean
    }

/** `key=…` of `--set-param`, in the grammar that DVC has from Hydra. */
export interface Override {
  /** `[file:][+|++|~]key`. */
  readonly name: string
  readonly domain: Domain
}

/**
 * Reads an override: `a=1`, `a=1,2,3`, `a=choice(1,2)`, `a=range(1,10,2)` (the end left out), `a=interval(0,1)`,
 * `a=int(interval(1,9))`, `a=tag(log, interval(1e-4, 1))`; `+a=1` for a parameter that is not there, `~a` to remove one. Commas in
 * quotes and brackets separate nothing. Errors: `bad_request`.
 */
export function readOverride(text: string): Override {
  const { how, value = '' } = readAssignment(text)
  const equals = text.indexOf('=')
  const name = equals === -1 ? text : text.slice(0, equals)
  if (how === '~') return { name, domain: { kind: 'values', values: [value] } }
  return { name, domain: readDomain(value.trim(), text) }
}

function readDomain(text: string, whole: string): Domain {
  const [, word = '', inner = ''] = /^(choice|range|interval|int|tag)\((.*)\)$/s.exec(text) ?? []
  const parts = separated(inner === '' && word === '' ? text : inner)
  switch (word) {
    case 'choice':
      return { kind: 'values', values: parts }
    case 'range':
      return { kind: 'values', values: rangeOf(parts, whole) }
    case 'interval': {
      const [low, high] = numbers(parts, whole)
      if (parts.length !== 2 || low === undefined || high === undefined || !(low < high))
        throw wrong(`${whole} needs two numbers, the lower one first: interval(0, 1)`)
      return { kind: 'interval', low, high, log: false, whole: false }
    }
    case 'int':
    case 'tag': {
      const of = readDomain(parts.at(-1) ?? '', whole)
      const known = word === 'int' ? parts.length === 1 : parts.length === 2 && parts[0] === 'log'
      if (of.kind !== 'interval' || !known)
        throw wrong(
          `${whole} is not understood: write int(interval(1,9)) or tag(log, interval(1e-4, 1))`,
        )
      if (word === 'tag' && of.low <= 0) throw wrong(`${whole}: a logarithm needs numbers above 0`)
      return word === 'int' ? { ...of, whole: true } : { ...of, log: true }
    }
    default:
      return { kind: 'values', values: parts }
  }
}

function rangeOf(parts: readonly string[], whole: string): string[] {
  const given = numbers(parts, whole)
  const [start = 0, stop = 0, step = 1] = given.length === 1 ? [0, ...given] : given
  const count = Math.ceil((stop - start) / step - 1e-9)
  if (parts.length > 3 || !Number.isFinite(count) || count < 1 || count > 10_000)
    throw wrong(`${whole} holds no numbers: write range(START, STOP, STEP)`)
  // twelve digits hide what adding a step like 0.1 leaves behind
  return Array.from({ length: count }, (_, at) =>
    String(Number((start + at * step).toPrecision(12))),
  )
}

function numbers(parts: readonly string[], whole: string): number[] {
  return parts.map((part) => {
    const value = Number(part)
    if (part === '' || !Number.isFinite(value)) throw wrong(`${whole}: "${part}" is no number`)
    return value
  })
}

/** Cut at commas outside quotes and brackets. */
function separated(text: string): string[] {
  const parts: string[] = []
  let [depth, quote, start] = [0, '', 0]
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quote !== '') {
      if (sign === '\\') at += 1
      else if (sign === quote) quote = ''
    } else if (sign === '"' || sign === "'") quote = sign
    else if ('[{('.includes(sign)) depth += 1
    else if (']})'.includes(sign)) depth -= 1
    else if (sign === ',' && depth === 0) {
      parts.push(text.slice(start, at).trim())
      start = at + 1
    }
  }
  return [...parts, text.slice(start).trim()]
}

/** Every combination, the first parameter changing slowest. Errors: `bad_request` for an interval, which has no end of values. */
export function gridOf(overrides: readonly Override[]): readonly (readonly string[])[] {
  return overrides.reduce<readonly (readonly string[])[]>(
    (points, { name, domain }) => {
      if (domain.kind === 'interval')
        throw wrong(`${name} is an interval: say how many to try with --random or --suggest`)
      return points.flatMap((point) => domain.values.map((value) => [...point, `${name}=${value}`]))
    },
    [[]],
  )
}

function wrong(problem: string): TidemillError {
  return new TidemillError('bad_request', { problem })
}
