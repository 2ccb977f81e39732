import { integerBelow, type Random } from '#stats'
import type { Domain, Override } from './sweep.ts'

/** So many combinations, each parameter drawn by itself. */
export function randomPoints(
  overrides: readonly Override[],
  count: number,
  random: Random,
): readonly (readonly string[])[] {
  return Array.from({ length: count }, () =>
    overrides.map(({ name, domain }) => `${name}=${drawn(domain, random)}`),
  )
}

function drawn(domain: Domain, random: Random): string {
  if (domain.kind === 'values')
    return domain.values[integerBelow(domain.values.length, random)] ?? ''
  return numberText(fromUnit(random(), domain), domain)
}

type Interval = Extract<Domain, { kind: 'interval' }>

/** The number at a share of an interval. */
export function fromUnit(share: number, { low, high, log }: Interval): number {
  return log ? low * (high / low) ** share : low + share * (high - low)
}

export function numberText(value: number, { low, high, whole }: Interval): string {
  if (!whole) return String(Number(value.toPrecision(6)))
  return String(Math.min(Math.floor(high), Math.max(Math.ceil(low), Math.round(value))))
}
