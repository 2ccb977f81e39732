import type { Plain } from '../values/plain.ts'

const mostNamed = 4

/** How a parameter changed: of a whole section what differs in it, for sections are long. */
export function parameterLine(path: string, old: Plain, now: Plain): string {
  const [first, ...others] = differences([], old, now)
  if (first === undefined || first.keys.length === 0)
    return `the parameter ${path} changed from ${JSON.stringify(old)} to ${JSON.stringify(now)}`
  if (others.length === 0)
    return `the parameter ${path}.${first.keys.join('.')} ${first.isOneSided ? '' : 'changed '}${first.how}`
  const named = [first, ...others.slice(0, mostNamed - 1)].map(
    ({ keys, how }) => `${keys.join('.')} ${how}`,
  )
  const more = others.length + 1 - named.length
  return `the parameter ${path} changed: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

interface Difference {
  readonly keys: readonly string[]
  readonly how: string
  readonly isOneSided: boolean
}

function differences(
  keys: readonly string[],
  old: Plain | undefined,
  now: Plain | undefined,
): readonly Difference[] {
  if (isSection(old) && isSection(now)) {
    const names = new Set([...Object.keys(old), ...Object.keys(now)])
    return [...names].flatMap((name) => differences([...keys, name], old[name], now[name]))
  }
  const [before, after] = [JSON.stringify(old), JSON.stringify(now)]
  if (before === after) return []
  if (old === undefined) return [{ keys, how: `is new: ${after}`, isOneSided: true }]
  if (now === undefined) return [{ keys, how: `is gone: ${before}`, isOneSided: true }]
  return [{ keys, how: `from ${before} to ${after}`, isOneSided: false }]
}

function isSection(value: Plain | undefined): value is { readonly [key: string]: Plain } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
